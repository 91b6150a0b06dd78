import { Type } from 'typebox'
import { appKinds, gatewayModes } from '../../hub/apps/app.ts'
import { body, name, pageOf, reply, tenantId, wechatId } from '../schemas.ts'

const kind = Type.Enum([...appKinds], { description: '小程序, 公众号, or a mobile or website app' })
const secret = Type.String({ minLength: 16, maxLength: 128, description: 'Goes in, never out' })
const fingerprint = Type.String({
  pattern: '^[0-9a-f]{12}$',
  description: 'Names a secret without telling it',
})

export const appParams = Type.Object({ appId: wechatId("WeChat's AppID") })

export const secretParams = Type.Object({ appId: wechatId("WeChat's AppID"), fingerprint })

const gatewayMode = Type.Enum([...gatewayModes], { description: "As in WeChat's console: 明文, 兼容, 安全" })

const gateway = Type.Union(
  [
    Type.Object(
      {
        mode: gatewayMode,
        token: Type.Optional(
          Type.String({
            pattern: '^[A-Za-z0-9]{3,32}$',
            description: 'Goes in, never out; kept if not given',
          }),
        ),
        encodingAesKey: Type.Optional(
          Type.String({
            pattern: '^[A-Za-z0-9]{43}$',
            description: 'Goes in, never out. A new one: the former is still tried',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { description: "How WeChat brings the app's messages; null: they are not taken" },
)

const verifyFiles = Type.Record(Type.String(), Type.String(), {
  maxProperties: 20,
  description: "The files of WeChat's domain check, MP_verify_….txt, and what they hold (1 KiB)",
})

export const newApp = body(
  {
    appId: wechatId("WeChat's AppID"),
    kind,
    name,
    secret: Type.Optional(secret),
    tenantId: Type.Optional(tenantId),
    gateway: Type.Optional(gateway),
    verifyFiles: Type.Optional(verifyFiles),
  },
  {
    appId: 'wx3f0a7c51e8d2b964',
    kind: 'mini_program',
    name: 'Fruit shop',
    secret: 'the AppSecret that WeChat shows once',
  },
)

const phoneBudget = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  minimum: 0,
  maximum: 1_000_000_000,
  description: 'Calls for phone numbers a day, each of which costs money; null: no limit',
})

export const appChange = Type.Object(
  {
    name: Type.Optional(name),
    phoneBudget: Type.Optional(phoneBudget),
    gateway: Type.Optional(gateway),
    verifyFiles: Type.Optional(verifyFiles),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ name: 'Fruit and vegetables', phoneBudget: 500 }],
  },
)

export const newSecret = body({ secret }, { secret: 'the new AppSecret' })

const fields = {
  appId: Type.String(),
  tenantId: Type.Integer(),
  kind,
  name: Type.String(),
  phoneBudget,
  phoneCallsToday: Type.Integer({ description: 'Calls for phone numbers since midnight in China' }),
  secrets: Type.Array(Type.Object({ fingerprint: Type.String() }), {
    description: 'The live ones, the newest first',
  }),
  gateway: Type.Union(
    [
      Type.Object({
        mode: gatewayMode,
        url: Type.String({ description: "The server URL for WeChat's console" }),
      }),
      Type.Null(),
    ],
    { description: 'Null: messages to the app are not taken' },
  ),
  verifyFiles,
}

const example = {
  appId: 'wx3f0a7c51e8d2b964',
  tenantId: 1,
  kind: 'mini_program',
  name: 'Fruit shop',
  phoneBudget: null,
  phoneCallsToday: 0,
  secrets: [{ fingerprint: '5c1f09ab27de' }],
  gateway: { mode: 'safe', url: 'https://hub.example.com/gateway/wx3f0a7c51e8d2b964' },
  verifyFiles: {},
}

export const appReply = reply('The app', fields, example)

export const appPage = pageOf('Apps, by appId', Type.Object(fields), example)

export const secretReply = reply(
  'What the secret is called',
  { fingerprint: Type.String() },
  { fingerprint: '5c1f09ab27de' },
)
