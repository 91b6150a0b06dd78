#!/usr/bin/env -S node --max-semi-space-size=4
// npx puts the project's own Node first in PATH; a Node that cannot run TypeScript is told so in one line.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('wehub: run it as "npx wehub" in the project, so that its own Node is used\n')
  process.exit(2)
}
// An import's bound on memory hangs on this (300 MB or 400), which "node wehub.js" does not take from the first line.
const youngHeap = '--max-semi-space-size=4'
const isImport = process.argv[2] === 'import'
if (isImport && process.platform !== 'win32' && !process.execArgv.includes(youngHeap)) {
  process.execve(process.execPath, [
    process.execPath,
    youngHeap,
    ...process.execArgv,
    ...process.argv.slice(1),
  ])
}
const { enableCompileCache } = await import('node:module')
const { setFlagsFromString } = await import('node:v8')
// A heap that grows in small steps ends 50 MB lower: a large import has SQLite's pages in this room.
setFlagsFromString('--heap-growing-percent=50')
enableCompileCache()
await import('./src/cli/main.ts')
