import { runService } from '@mochi/service'
import { createApp } from './app.ts'
import { isCompanyThread } from './company/worker.ts'
import { configSchema } from './config.ts'

// In a bundle, which is one file, the thread of the company's packages runs this program too.
if (!isCompanyThread()) process.exit(await runService({ schema: configSchema, create: createApp, process }))
