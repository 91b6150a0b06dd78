// Plain JavaScript, so that these are in force before the first TypeScript file is loaded.
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// Logins make much short-lived garbage: a heap that grows in small steps ends 100 MB lower, at the same speed.
setFlagsFromString('--heap-growing-percent=25')
enableCompileCache()
await import('./src/main.ts')
