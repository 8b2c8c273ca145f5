import { runService } from '@mochi/service'
import { createApp } from './app.ts'
import { isCompanyThread } from './company/worker.ts'
import { configSchema } from './config.ts'
import { runTokenProgram } from './tokens/token-program.ts'

const [, , command, ...args] = process.argv

// A bundle is one file: the thread of the company's packages runs this program too, and so does who makes a token.
if (command === 'token') process.exitCode = await runTokenProgram(args)
else if (!isCompanyThread()) process.exit(await runService({ schema: configSchema, create: createApp, process }))
