import { installPeers } from './contenders/install-peers.ts'
import { startLoadProcess } from './load/load-process.ts'
import { describeUsage, type Options, parseOptions } from './options.ts'
import { type Results, writeResults } from './report/results-file.ts'
import { formatLines } from './report/table.ts'

/** Fails on wrong answers and on contenders that do not start, never on times. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options === null) print(describeUsage())
  else await runAll(options)
}

async function runAll(options: Options): Promise<void> {
  installPeers()
  const load = startLoadProcess()
  const results: Results = {}
  try {
    for (const operation of options.operations) {
      const lines = await operation.run({ load, options })
      results[operation.name] = lines
      print(`\n${formatLines(`${operation.name}: ${operation.title}`, lines)}`)
    }
    print(`\n${writeResults(results, options)}\n`)
  } finally {
    load.close()
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
