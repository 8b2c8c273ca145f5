import { defineCommand } from '../command.ts'
import { jsonFlag } from './flags.ts'

export type DoctorFlags = { json: boolean }

export const doctor = defineCommand<DoctorFlags>({
  load: async () => (await import('../doctor/run.ts')).runDoctor,
  parameters: { flags: { json: jsonFlag } },
  docs: {
    brief: 'Say what is missing on this machine, and the command that mends it',
    fullDescription: [
      'Looks at everything outside of the checkout that has ever broken it. Each finding says what it means and the one',
      'command that mends it. Exit code 1 when something that is needed is missing; warnings leave it at 0.',
      'With --json, the document to attach to a bug report: credentials are removed from it.',
    ].join('\n'),
  },
})
