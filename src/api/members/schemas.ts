import { Type } from 'typebox'
import { cardStates } from '../../hub/members/member.ts'
import {
  body,
  id,
  nullableInteger,
  nullableText,
  orNone,
  pageOf,
  reply,
  seconds,
  tenantId,
} from '../schemas.ts'

const text = (maxLength: number) => orNone(Type.String({ maxLength }))
const cardState = Type.Enum([...cardStates])

export const memberParams = Type.Object({ id: id("The member's id") })

const personalFields = {
  name: text(256),
  phone: text(64),
  idCard: text(64),
  sex: orNone(Type.Integer({ minimum: 0, maximum: 9 })),
  birthday: text(64),
  address: text(1024),
}

const lin = { name: '林小满', phone: '13800138000', birthday: '1990-05-01' }

export const newMember = body(
  {
    tenantId: Type.Optional(tenantId),
    number: Type.Optional(
      Type.String({ maxLength: 32, description: "The tenant's own; one is made if it is left out" }),
    ),
    cardState: Type.Optional(cardState),
    ...personalFields,
  },
  { ...lin, cardState: 'active' },
)

export const memberChange = body(
  { cardState: Type.Optional(cardState), ...personalFields },
  { cardState: 'lost' },
)

export const memberSearch = body(
  {
    tenantId: Type.Optional(tenantId),
    phone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    idCard: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    number: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  },
  { phone: lin.phone },
)

export const revealing = body(
  { purpose: Type.String({ maxLength: 200, description: 'What for; it goes into the audit log' }) },
  { purpose: '售后回访 #1024' },
)

const memberFields = {
  id: Type.Integer(),
  tenantId: Type.Integer(),
  number: Type.String(),
  cardState,
  name: nullableText('Null after erasure'),
  phone: nullableText(),
  idCard: nullableText(),
  sex: nullableInteger(),
  birthday: nullableText(),
  address: nullableText(),
  createdAt: seconds('When the member was made'),
  updatedAt: seconds('The last change'),
}

const example = {
  id: 6,
  tenantId: 1,
  number: 'M00000006',
  cardState: 'active',
  name: '林***',
  phone: '138****8000',
  idCard: null,
  sex: null,
  birthday: '1990***',
  address: null,
  createdAt: 1790000000,
  updatedAt: 1790000000,
}

export const memberReply = reply('The member; what is personal is masked', memberFields, example)

export const revealedReply = reply('The member in plain', memberFields, { ...example, ...lin })

export const memberPage = pageOf('Members, by id', Type.Object(memberFields), example)

export const foundReply = pageOf('None or one', Type.Object(memberFields), example)
