import { createPathMatcher } from '../trouble/path-pattern.ts'
import type { World } from '../world.ts'
import type { ControlRoute } from './control-route.ts'
import { parseFault } from './parse-fault.ts'

const faultPath = '/_sandbox/faults'
const callPath = '/_sandbox/calls'

export function createTroubleControl({ faults, calls }: World): ControlRoute[] {
  return [
    { method: 'GET', path: faultPath, answer: () => faults.list() },
    { method: 'POST', path: faultPath, answer: ({ body }) => faults.add(parseFault(body)) },
    { method: 'DELETE', path: faultPath, answer: () => ({ removed: faults.clear() }) },
    {
      method: 'GET',
      path: callPath,
      answer: ({ query }) => calls.list(createPathMatcher(query.get('path') || '*')),
    },
    {
      method: 'DELETE',
      path: callPath,
      answer() {
        calls.clear()
        return { ok: true }
      },
    },
  ]
}
