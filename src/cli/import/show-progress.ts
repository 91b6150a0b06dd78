import type { Progress } from './import-file.ts'

const stepMs = 200
const width = 30

type Terminal = { isTTY?: boolean; write: (text: string) => unknown }

/** A bar in a terminal; nothing where the output goes elsewhere. */
export function createProgressBar(terminal: Terminal, now: () => number) {
  const startedAt = now()
  let shownAt = 0

  return {
    show(progress: Progress): void {
      if (terminal.isTTY !== true || now() - shownAt < stepMs) return
      shownAt = now()
      const part = progress.size === 0 ? 1 : Math.min(progress.bytes / progress.size, 1)
      const bar = '#'.repeat(Math.round(part * width)).padEnd(width, '.')
      const rate = Math.round(progress.rows / Math.max((shownAt - startedAt) / 1000, 0.001))
      terminal.write(`\r[${bar}] ${Math.floor(part * 100)} %  ${progress.rows} rows  ${rate}/s `)
    },

    clear(): void {
      if (terminal.isTTY === true && shownAt > 0) terminal.write('\r\x1b[K')
    },
  }
}
