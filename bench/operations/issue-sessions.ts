import type { Contender } from '../contenders/contenders.ts'
import { WrongAnswer } from '../load/load-process.ts'
import { codeOf } from '../upstream/people.ts'
import { persons } from './persons.ts'

/** Logs every person in once. */
export async function issueSessions(contender: Contender): Promise<{ tokens: string[] }> {
  const tokens: string[] = []
  for (let person = 0; person < persons; person += 1) {
    tokens.push(await logIn(contender.url, codeOf(person, person)))
  }
  return { tokens }
}

async function logIn(url: string, jscode: string): Promise<string> {
  const response = await fetch(`${url}/commcn/api/v1/weixin.oauth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jscode }),
  })
  const answer = (await response.json()) as { session_id?: unknown }
  if (response.status !== 200 || typeof answer.session_id !== 'string') {
    throw new WrongAnswer(`login answered HTTP ${response.status} ${JSON.stringify(answer)}`)
  }
  return answer.session_id
}
