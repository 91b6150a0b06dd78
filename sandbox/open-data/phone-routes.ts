import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { toPhoneNumber } from './phone-number.ts'

/** POST /wxa/business/getuserphonenumber: a code of the phone button for the number behind it. */
export function createPhoneRoutes(world: World): UpstreamRoute[] {
  const { phoneCodes, openData, users, quotas, rules } = world
  return [
    {
      method: 'POST',
      path: '/wxa/business/getuserphonenumber',
      answer(request) {
        const app = verifyAccessToken(world, request)
        const fields = parseJsonBody(request.body)
        const code = toText(fields.code)
        const openid = toText(fields.openid)
        if (!quotas.take(app.appid, 'phone', rules.phoneMinuteLimit, 'minute')) throw new UpstreamError(45011)
        const owner = phoneCodes.findAppid(code)
        if (owner !== null && owner !== app.appid) throw new UpstreamError(40013)
        const { user, phone } = phoneCodes.get(code, app.appid)
        if (openid !== '' && openid !== users.openidOf(user, app)) throw new UpstreamError(40003)
        phoneCodes.redeem(code, app.appid)
        const watermark = openData.createWatermark(app.appid)
        return { errcode: 0, errmsg: 'ok', phone_info: { ...toPhoneNumber(phone), watermark } }
      },
    },
  ]
}
