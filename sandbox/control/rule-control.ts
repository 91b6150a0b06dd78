import type { Rules } from '../rules.ts'
import { isRuleName, isRuleValue } from '../rules.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRoute } from './control-route.ts'
import { checkFieldNames, readNumber, required } from './fields.ts'

const rulePath = '/_sandbox/rules'
const clockPath = '/_sandbox/clock'

export function createRuleControl({ rules, clock }: World): ControlRoute[] {
  return [
    { method: 'GET', path: rulePath, answer: () => rules },
    { method: 'POST', path: rulePath, answer: ({ body }) => Object.assign(rules, parseRules(body)) },
    { method: 'GET', path: clockPath, answer: () => clock.describe() },
    {
      method: 'POST',
      path: clockPath,
      answer({ body }) {
        checkFieldNames(body, ['advanceMs'])
        clock.advance(required(readNumber(body, 'advanceMs'), 'advanceMs'))
        return clock.describe()
      },
    },
  ]
}

function parseRules(body: Record<string, unknown>): Partial<Rules> {
  for (const [name, value] of Object.entries(body)) {
    if (!isRuleName(name)) throw new ControlError(`unknown rule ${name}; see GET ${rulePath}`)
    if (!isRuleValue(name, value)) throw new ControlError(`${name} cannot be ${JSON.stringify(value)}`)
  }
  return body as Partial<Rules>
}
