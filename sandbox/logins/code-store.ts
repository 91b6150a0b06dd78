import type { Clock } from '../clock.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

const rememberedCodes = 100_000

type Code<Grant> = { appid: string; grant: Grant; expiresAt: number; used: boolean }

export type CodeStore<Grant> = ReturnType<typeof createCodeStore<Grant>>

/**
 * One space of codes. A code works once, for one app, and what it grants is known at its birth. The
 * rule usedCodeErrcode says how a used one is refused, unless the space has its own way.
 */
export function createCodeStore<Grant>(
  deps: { clock: Clock; rules: Rules; random: RandomBytes },
  { usedErrcode }: { usedErrcode?: number } = {},
) {
  const { clock, rules, random } = deps
  const codes = new Map<string, Code<Grant>>()

  function getCode(text: string, appid: string): Code<Grant> {
    const code = codes.get(text)
    if (code === undefined || code.appid !== appid) throw new UpstreamError(40029)
    if (code.used) throw new UpstreamError(usedErrcode ?? rules.usedCodeErrcode)
    if (code.expiresAt <= clock.now()) throw new UpstreamError(40029)
    return code
  }

  return {
    issue(appid: string, grant: Grant, lifetimeMs: number = rules.codeLifetimeMs): string {
      const text = createCodeText(random)
      codes.set(text, { appid, grant, expiresAt: clock.now() + lifetimeMs, used: false })
      if (codes.size > rememberedCodes) codes.delete(codes.keys().next().value ?? '')
      return text
    },
    findAppid: (text: string): string | null => codes.get(text)?.appid ?? null,
    /** What the code would give; it stays usable. */
    get: (text: string, appid: string): Grant => getCode(text, appid).grant,
    redeem(text: string, appid: string): Grant {
      const code = getCode(text, appid)
      code.used = true
      return code.grant
    },
  }
}

/** 32 letters and digits that begin with 0, as all codes seen. */
function createCodeText(random: RandomBytes): string {
  return `0${random(24).toString('base64url').slice(1).replace(/[-_]/g, 'w')}`
}
