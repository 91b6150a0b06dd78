import { HubError } from '../hub/errors.ts'
import type { HttpApp } from './http.ts'
import { readingMethods, refuseOtherMethods } from './surface.ts'

type FindImage = (hash: string) => Promise<{ type: string; bytes: Buffer } | null>

const path = '/qrcodes'

/** Images by the hash of their content: what lies at such a path never changes. */
export function registerImages(http: HttpApp, findImage: FindImage): void {
  http.get<{ Params: { hash: string } }>(`${path}/:hash`, async (request, reply) => {
    const { hash } = request.params
    const image = await findImage(hash)
    if (image === null) throw new HubError('route_unknown', 'there is no such image')
    reply.headers({
      etag: `"${hash}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    })
    if (isKnown(request.headers['if-none-match'], hash)) return reply.status(304).send()
    return reply.type(image.type).send(image.bytes)
  })
  refuseOtherMethods(http, `${path}/:hash`, readingMethods)
}

/** Absolute: the public URL, or the address we listen at. */
export function imageUrl(http: HttpApp, hash: string): string {
  return `${http.ownUrl()}${path}/${hash}`
}

function isKnown(ifNoneMatch: string | undefined, hash: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.some((tag) => tag === '*' || tag === `"${hash}"`)
}
