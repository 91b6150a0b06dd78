import type { TestContext } from 'node:test'

const cleanups = new WeakMap<TestContext, (() => Promise<void> | void)[]>()

/** Like `t.after`, but last in, first out: what was started on top of something is closed before it. */
export function onEnd(t: TestContext, cleanup: () => Promise<void> | void): void {
  const known = cleanups.get(t)
  if (known !== undefined) {
    known.push(cleanup)
    return
  }
  const stack = [cleanup]
  cleanups.set(t, stack)
  t.after(async () => {
    const errors: unknown[] = []
    for (const one of stack.reverse()) {
      try {
        await one()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  })
}
