import { equal } from 'node:assert/strict'
import type { Contender } from '../contenders/contenders.ts'
import { authorizedGet, type Traffic } from '../load/traffic.ts'
import { benchKey } from '../upstream/bench-app.ts'
import { codeOf, openIdOf } from '../upstream/people.ts'
import { persons } from './persons.ts'
import type { TrafficData } from './traffics.ts'

const path = '/api/weixin/wxbuyinguser'

/** Makes 1,000 buyers with a sealed phone number each, and a key that reads them masked. */
export async function makeBuyers({ url, name }: Contender): Promise<TrafficData> {
  for (let person = 0; person < persons; person += 1) {
    const saved = await post(`${url}${path}/saveuser`, {
      openId: openIdOf(codeOf(person, 0)),
      phone: phoneOf(person),
    })
    equal(saved.status, 200)
  }
  // The hub's own key may reveal, and each reading in plain is noted; the floor has one key.
  if (name === 'floor') return { tokens: [benchKey] }
  const { key } = await post(`${url}/api/v1/keys`, { name: 'bench', scopes: ['members:read'] })
  return { tokens: [String(key)] }
}

/** Who is behind an openId, 1,000 of them in turn: the phone number is unsealed and masked. */
export function buyersTraffic({ tokens: [key = ''] }: TrafficData): Traffic {
  const requests = Array.from({ length: persons }, (_, person) =>
    authorizedGet(`${path}/getbyopenid?openId=${openIdOf(codeOf(person, 0))}`, key),
  )
  return {
    request: (n) => requests[n % persons] ?? '',
    prefix: '{"tenantId":1,',
    check(n, answer) {
      const { openId, phone } = answer as Record<string, unknown>
      equal(openId, openIdOf(codeOf(n % persons, 0)))
      equal(phone, `138****${phoneOf(n % persons).slice(-4)}`)
    },
  }
}

function phoneOf(person: number): string {
  return `138${String(person).padStart(8, '0')}`
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, unknown>
}
