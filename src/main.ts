import { startApp } from './app.ts'
import { ConfigError, readConfig, unknownSettings } from './config.ts'
import { describeSandbox } from './welcome.ts'

/** The process: environment, signals, exit code. */
async function main(): Promise<void> {
  readDotEnv()
  for (const name of unknownSettings(process.env)) process.stderr.write(`wehub: ${name} is not a setting\n`)
  const app = await startApp(readConfig(process.env))
  const { url, sandboxUrl } = app
  process.stdout.write(`wehub ready ${JSON.stringify(sandboxUrl === null ? { url } : { url, sandboxUrl })}\n`)
  const mount = app.hub.setup.last().mounts.find(({ contract }) => contract === 'commcn')
  if (sandboxUrl !== null && mount?.appId) process.stdout.write(describeSandbox(url, sandboxUrl, mount.appId))

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
}

function readDotEnv(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

function fail(error: unknown): void {
  const isExpected = error instanceof ConfigError
  const text =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error)
  process.stderr.write(`wehub: ${text}\n`)
  process.exit(1)
}

main().catch(fail)
