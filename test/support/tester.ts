import type { Actor } from '../../src/hub/audit/actor.ts'

/** Who changes things in tests. */
export const tester: Actor = { name: 'test', address: null }
