import { startApp } from './app.ts'
import { readConfig, unknownSettings } from './config.ts'
import { readDotEnv } from './dot-env.ts'
import { describeSandbox } from './welcome.ts'

/** The process: environment, signals, exit code. */
async function main(): Promise<void> {
  readDotEnv(() => process.loadEnvFile())
  for (const name of unknownSettings(process.env)) process.stderr.write(`wehub: ${name} is not a setting\n`)
  const app = await startApp(readConfig(process.env))
  // Whoever waits for the line below may end us at once.
  let isStopping = false
  const stop = (): void => {
    // A second signal does not wait for what is under way.
    if (isStopping) process.exit(1)
    isStopping = true
    app.close().then(
      () => process.exit(0),
      (error) => fail(error),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  const { url, sandboxUrl } = app
  process.stdout.write(`wehub ready ${JSON.stringify(sandboxUrl === null ? { url } : { url, sandboxUrl })}\n`)
  const mount = app.hub.setup.last().mounts.find(({ contract }) => contract === 'commcn')
  if (sandboxUrl !== null && mount?.appId) process.stdout.write(describeSandbox(url, sandboxUrl, mount.appId))
}

function fail(error: unknown): void {
  // Most failed starts are for an operator to mend: a sentence helps, a stack does not.
  const wantsStack = process.env.WEHUB_LOG_LEVEL === 'debug'
  const text = error instanceof Error ? (wantsStack && error.stack) || error.message : String(error)
  process.stderr.write(`wehub: ${text}\n`)
  process.exit(1)
}

main().catch(fail)
