import { ControlError } from '../../control/control-error.ts'
import type { ControlRoute } from '../../control/control-route.ts'
import {
  checkFieldNames,
  omitUndefined,
  readBoolean,
  readNumber,
  readOneOf,
  readText,
} from '../../control/fields.ts'
import { toBeijingTime } from '../beijing-time.ts'
import { createMerchant } from '../merchants/create-merchant.ts'
import type { Merchant } from '../merchants/merchant-store.ts'
import { keyModes } from '../merchants/merchant-store.ts'
import type { PlatformCertificate } from '../merchants/platform-certificates.ts'
import type { Pay } from '../pay.ts'

const merchantPath = '/_sandbox/merchants'
const certificatePath = '/_sandbox/certificates'

export function createMerchantControl(pay: Pay): ControlRoute[] {
  const { merchants, platform } = pay
  return [
    { method: 'GET', path: merchantPath, answer: () => merchants.list().map(describeMerchant) },
    {
      method: 'POST',
      path: merchantPath,
      async answer({ body }) {
        const { mchid, ...changes } = parseMerchant(pay, body)
        const merchant = merchants.find(mchid ?? '') ?? merchants.add(await createMerchant(pay, mchid))
        return describeMerchant(Object.assign(merchant, changes))
      },
    },
    { method: 'GET', path: certificatePath, answer: () => platform.list().map(describeCertificate) },
    {
      method: 'POST',
      path: certificatePath,
      async answer({ body }) {
        checkFieldNames(body, ['sign', 'retire'])
        const [sign = true, retire = false] = [readBoolean(body, 'sign'), readBoolean(body, 'retire')]
        return describeCertificate(await platform.rotate({ sign, retire }))
      },
    },
  ]

  function describeCertificate({ serial, certificate, effectiveAt, expiresAt }: PlatformCertificate) {
    return {
      serial,
      certificate,
      effectiveTime: toBeijingTime(effectiveAt),
      expireTime: toBeijingTime(expiresAt),
      signs: platform.getSigner().serial === serial,
    }
  }
}

/** The merchant of that number; without a number the first one. */
export function getMerchant({ merchants }: Pay, mchid: string | undefined): Merchant {
  const merchant = mchid === undefined ? merchants.list()[0] : merchants.find(mchid)
  if (merchant) return merchant
  throw new ControlError(`mchid ${mchid} is not known here; see GET ${merchantPath}`)
}

function parseMerchant({ apps }: Pay, body: Record<string, unknown>) {
  const merchant = {
    mchid: readText(body, 'mchid', /^\d{8,32}$/),
    name: readText(body, 'name'),
    appids: readAppids(body),
    apiV3Key: readText(body, 'apiV3Key', /^[0-9A-Za-z]{32}$/),
    keyMode: readOneOf(body, 'keyMode', keyModes),
    callbackPublicKeyPercent: readNumber(body, 'callbackPublicKeyPercent', { max: 100, whole: false }),
    balanceFen: body.balanceFen === null ? null : readNumber(body, 'balanceFen'),
  }
  checkFieldNames(body, Object.keys(merchant))
  const unknown = merchant.appids?.find((appid) => apps.find(appid) === null)
  if (unknown !== undefined)
    throw new ControlError(`appids: ${unknown} is not known here; see GET /_sandbox/apps`)
  return omitUndefined(merchant)
}

function readAppids({ appids }: Record<string, unknown>): string[] | undefined {
  if (appids === undefined) return undefined
  if (Array.isArray(appids) && appids.every((each) => typeof each === 'string')) return appids
  throw new ControlError('appids must be an array of texts')
}

function describeMerchant(merchant: Merchant) {
  const { verifyKey: _, publicKeySigner: __, publicKeyPrivatePart: ___, ...described } = merchant
  return described
}
