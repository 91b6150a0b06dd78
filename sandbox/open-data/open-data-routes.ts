import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'

/** POST /wxa/business/checkencryptedmsg: whether WeChat made that encryptedData, for that app, lately. */
export function createOpenDataRoutes(world: World): UpstreamRoute[] {
  const { openData, rules } = world
  return [
    {
      method: 'POST',
      path: '/wxa/business/checkencryptedmsg',
      answer(request) {
        const { appid } = verifyAccessToken(world, request)
        const hash = toText(parseJsonBody(request.body).encrypted_msg_hash).toLowerCase()
        if (hash === '') throw new UpstreamError(47001)
        if (!/^[0-9a-f]{64}$/.test(hash)) throw new UpstreamError(40097)
        const made = openData.find(appid, hash)
        const checkable = made !== null && (made.kind === 'phone' || !rules.checkPhoneDataOnly)
        if (!checkable) throw new UpstreamError(1)
        // The name is WeChat's own slip.
        return { errcode: 0, errmsg: 'ok', vaild: true, create_time: made.createTime }
      },
    },
  ]
}
