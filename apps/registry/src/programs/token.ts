import { runTokenProgram } from '../tokens/token-program.ts'

process.exitCode = await runTokenProgram(process.argv.slice(2))
