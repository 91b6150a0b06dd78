import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export type CliResult = { code: number; stdout: string; stderr: string; json: () => unknown }

/** The command as an operator runs it, in a process of its own. */
export async function runWehub(args: string[], env: Record<string, string>, input = ''): Promise<CliResult> {
  const child = spawn(process.execPath, ['wehub.js', ...args], { env })
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? -1))),
  ])
  return { code, stdout, stderr, json: () => JSON.parse(stdout) }
}
