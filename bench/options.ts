import { parseArgs } from 'node:util'
import type { Operation } from './operations/operation.ts'
import { operations } from './operations/operations.ts'

export type Options = {
  operations: readonly Operation[]
  connections: number
  rounds: number
  seconds: number
  warmUpSeconds: number
  requests: number
}

/** Null if help was asked for. Throws on what it does not know. */
export function parseOptions(args: string[]): Options | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      all: { type: 'boolean', default: false },
      connections: { type: 'string', default: '32' },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '1.5' },
      'warm-up': { type: 'string', default: '2' },
      requests: { type: 'string', default: '50000' },
    },
  })
  if (values.help) return null
  return {
    operations: chooseOperations(positionals, values.all),
    connections: parseNumber('connections', values.connections),
    rounds: parseNumber('rounds', values.rounds),
    seconds: parseNumber('seconds', values.seconds),
    warmUpSeconds: parseNumber('warm-up', values['warm-up']),
    requests: parseNumber('requests', values.requests),
  }
}

export function describeUsage(): string {
  const names = operations.map(
    ({ name, title, isLong }) => `  ${name.padEnd(18)}${isLong ? '* ' : ''}${title}`,
  )
  return `npm run bench -- [options] [operation …]

${names.join('\n')}
  * only by name or with --all

  --all               every operation
  --connections N     kept-alive connections of the load (32)
  --rounds N          measured rounds of each contender (7)
  --seconds S         length of a round (1.5)
  --warm-up S         load before the first round (2)
  --requests N        requests of "memory" (50000)
`
}

function chooseOperations(names: readonly string[], isAll: boolean): readonly Operation[] {
  if (names.length === 0) return operations.filter(({ isLong = false }) => isAll || !isLong)
  return names.map((name) => {
    const found = operations.find((operation) => operation.name === name)
    if (found === undefined) throw new TypeError(`there is no operation "${name}"`)
    return found
  })
}

function parseNumber(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`--${name} takes a number above 0`)
  return value
}
