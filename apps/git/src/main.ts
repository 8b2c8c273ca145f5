import { runService } from '@mochi/service'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

process.exit(await runService({ schema: configSchema, create: (config) => createApp(config), process }))
