// The relay's thread: Nx's own is busy copying outputs while its requests wait. Plain JavaScript, because what turns
// TypeScript into it takes longer to load than the relay; what it gave before is kept in the compile cache.
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

enableCompileCache(/** @type {{ compiled: string }} */ (workerData).compiled)
await import('./answer-questions.ts')
