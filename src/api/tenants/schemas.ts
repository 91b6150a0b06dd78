import { Type } from 'typebox'
import { body, id, name, pageOf, reply } from '../schemas.ts'

export const tenantParams = Type.Object({ id: id("The tenant's id") })

export const tenantBody = body({ name }, { name: 'Orchard Ltd' })

const fields = { id: Type.Integer(), name: Type.String() }
const example = { id: 2, name: 'Orchard Ltd' }

export const tenantReply = reply('The tenant', fields, example)

export const tenantPage = pageOf('Tenants, by id', Type.Object(fields), example)
