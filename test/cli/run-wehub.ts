import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runCli } from '../../src/cli/run-cli.ts'

export type CliResult = { code: number; stdout: string; stderr: string; json: () => unknown }

/** A command in this process: what there is to read of it, and its exit code. */
export async function runWehub(args: string[], env: Record<string, string>, input = ''): Promise<CliResult> {
  const output = { stdout: '', stderr: '' }
  const collect = (name: keyof typeof output) => ({
    write(some: string) {
      output[name] += some
    },
  })
  const code = await runCli(args, {
    env,
    stdin: Readable.from([Buffer.from(input)]),
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    loadEnvFile: () => undefined,
  })
  return { code, ...output, json: () => JSON.parse(output.stdout) }
}

/** The command as an operator runs it, in a process of its own: once for each group of commands. */
export async function runWehubProcess(
  args: string[],
  env: Record<string, string>,
  input = '',
): Promise<CliResult> {
  const child = spawn(process.execPath, ['wehub.js', ...args], { env })
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? -1))),
  ])
  return { code, stdout, stderr, json: () => JSON.parse(stdout) }
}
