import type { TestHub } from '../support/hub.ts'
import type { Answer } from '../support/hub-client.ts'
import type { CaseRequest } from './contract-case.ts'
import { type CaseNames, fillNames, fillText } from './fill-names.ts'

export function sendCaseRequest(hub: TestHub, request: CaseRequest, names: CaseNames): Promise<Answer> {
  const { method, path, query } = request
  const target = query === undefined ? path : `${path}?${query}`
  const { type, text } = toBody(request, names)
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type }
  for (const [name, value] of Object.entries(request.headers ?? {}))
    headers[name] = String(fillNames(value, names))
  return hub.send(method, fillText(target, names), { headers, ...(text !== null && { body: text }) })
}

function toBody({ json, form, raw }: CaseRequest, names: CaseNames) {
  if (raw !== undefined) return { type: raw.type, text: String(fillNames(raw.text, names)) }
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', text: String(fillNames(form, names)) }
  if (json !== undefined && json !== null)
    return { type: 'application/json', text: JSON.stringify(fillNames(json, names)) }
  return { type: null, text: null }
}
