import { Type } from 'typebox'
import { contracts } from '../../hub/mounts/mount.ts'
import { body, id, nullableText, orNone, pageOf, reply, wechatId } from '../schemas.ts'

const contract = Type.Enum([...contracts])
const options = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Those of the contract, such as `envelope`, `trustedNetworks` and `corsOrigins`',
})

export const mountParams = Type.Object({ id: id("The mount's id") })

export const newMount = body(
  {
    contract,
    path: Type.Optional(Type.String({ maxLength: 128, description: "Absent: the contract's own place" })),
    appId: orNone(wechatId('The app that the contract serves')),
    officialAppId: orNone(wechatId('The official account beside it, where the contract has one')),
    options: Type.Optional(options),
  },
  { contract: 'commcn', path: '/fruit/api/v1', appId: 'wx3f0a7c51e8d2b964', options: { envelope: 'ginrpc' } },
)

export const mountChange = body({ options }, { options: { trustedNetworks: ['10.1.0.0/16'] } })

const fields = {
  id: Type.Integer(),
  contract,
  path: Type.String(),
  appId: nullableText(),
  officialAppId: nullableText(),
  options,
}

const example = {
  id: 3,
  contract: 'commcn',
  path: '/fruit/api/v1',
  appId: 'wx3f0a7c51e8d2b964',
  officialAppId: null,
  options: { envelope: 'ginrpc' },
}

export const mountReply = reply('The mount', fields, example)

export const mountPage = pageOf('Mounts, by id', Type.Object(fields), example)
