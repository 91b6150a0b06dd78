#!/usr/bin/env -S node --max-semi-space-size=4
// npx puts the project's own Node first in PATH; a Node that cannot run TypeScript is told so in one line.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('wehub: run it as "npx wehub" in the project, so that its own Node is used\n')
  process.exit(2)
}
const { enableCompileCache } = await import('node:module')
enableCompileCache()
await import('./src/cli/main.ts')
