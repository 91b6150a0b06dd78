import type { Secret } from '../secret.ts'
import type { Image } from './image.ts'
import type { Upstream } from './upstream.ts'

export type Colour = { r: number; g: number; b: number }

export const envVersions = ['release', 'trial', 'develop'] as const

export type EnvVersion = (typeof envVersions)[number]

/**
 * `page` empty: the home page. `widthPx` 280 to 1,280. The colour counts where WeChat is not to choose one. A page that is not
 * checked may be missing in the published version; WeChat takes 60,000 of these.
 */
export type MiniProgramCode = {
  page: string
  scene: string
  widthPx: number
  isAutoColoured: boolean
  lineColour: Colour
  isTransparent: boolean
  isPageChecked: boolean
  envVersion: EnvVersion
}

/**
 * `/wxa/getwxacodeunlimit`: a code for a page, without a limit in all and 5,000 a minute. A JPEG; a PNG where
 * the ground is transparent.
 */
export function drawMiniProgramCode(
  api: Upstream,
  accessToken: Secret,
  code: MiniProgramCode,
): Promise<Image> {
  return api.callForImage({
    method: 'POST',
    path: '/wxa/getwxacodeunlimit',
    query: { access_token: accessToken.reveal() },
    body: {
      scene: code.scene,
      // WeChat takes an empty page for one that is not there.
      ...(code.page !== '' && { page: code.page }),
      width: code.widthPx,
      auto_color: code.isAutoColoured,
      line_color: code.lineColour,
      is_hyaline: code.isTransparent,
      check_path: code.isPageChecked,
      env_version: code.envVersion,
    },
    isIdempotent: true,
  })
}
