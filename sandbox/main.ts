import { inspect } from 'node:util'
import { startSandbox } from './start-sandbox.ts'
import { toWelcome } from './welcome.ts'

const help = `An offline WeChat for development and tests.

  WEHUB_SANDBOX_PORT  port, 0 for a free one (9002)
  WEHUB_SANDBOX_HOST  address to listen on (127.0.0.1)
`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help)
    return
  }
  const host = process.env.WEHUB_SANDBOX_HOST || '127.0.0.1'
  const port = parsePort(process.env.WEHUB_SANDBOX_PORT || '9002')
  const sandbox = await startSandbox({
    port,
    host,
    reportBug: (error) => process.stderr.write(`${inspect(error)}\n`),
  })
  const stop = () => {
    sandbox.close().then(() => process.exit(0), fail)
  }
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop)

  process.stdout.write(`sandbox ready ${JSON.stringify({ url: sandbox.url })}\n`)
  if (process.send) process.send({ type: 'ready', url: sandbox.url })
  else process.stdout.write(toWelcome(sandbox.url))
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error(`WEHUB_SANDBOX_PORT must be a number from 0 to 65535, not ${text}`)
}

function fail(error: NodeJS.ErrnoException): void {
  const inUse = error.code === 'EADDRINUSE'
  const reason = inUse ? 'the port is in use; set WEHUB_SANDBOX_PORT to another one' : error.message
  process.stderr.write(`sandbox cannot start: ${reason}\n`)
  process.exit(1)
}

main().catch(fail)
