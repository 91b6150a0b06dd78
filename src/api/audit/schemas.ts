import { Type } from 'typebox'
import { pageQuery } from '../paging.ts'
import { nullableInteger, nullableText, pageOf, query, seconds } from '../schemas.ts'

const word = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,128}$', description }))

const time = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 253_402_300_799, description }))

export const auditQuery = query({
  action: word('What was done: `app.added`, `member.revealed` …'),
  subject: word('To which thing: `app:<appId>`, `user:<id>` …'),
  actor: word('Who did it: `key:<id>`, `cli`, `system`, `wechat` …'),
  from: time('Not before this, in unix seconds'),
  to: time('Before this, in unix seconds'),
  ...pageQuery,
})

const fields = {
  id: Type.Integer(),
  at: seconds('When'),
  actor: Type.String(),
  address: nullableText('Where the request came from; null where none came over the network'),
  action: Type.String(),
  subject: Type.String(),
  tenantId: nullableInteger('null: the whole instance'),
  detail: Type.Record(Type.String(), Type.Unknown(), { description: 'Names things by their ids' }),
}

const example = {
  id: 812,
  at: 1790000000,
  actor: 'key:4',
  address: '203.0.113.9',
  action: 'app.secret_added',
  subject: 'app:wx3f0a7c51e8d2b964',
  tenantId: 1,
  detail: { fingerprint: '0f3c81d2aa47' },
}

export const auditPage = pageOf('What was changed, the newest first', Type.Object(fields), example)
