// Plain JavaScript, so that the compile cache is on before the first TypeScript file is loaded: called inside
// src/main.ts it would come too late.
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./src/main.ts')
