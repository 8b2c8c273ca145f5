import { defineErrors } from '@mochi/errors'

/** What keeps `mochi registry` from doing what it was asked. */
export const errors = defineErrors({
  CLI_REGISTRY_AWAY: {
    summary: 'The registry of this platform does not answer',
    explain: [
      'npm and pnpm are pointed at the registry only while it answers: until then nothing could be installed. `./mochi up registry`',
      'starts it, `./mochi logs registry` says why it does not run. What `./mochi` itself runs needs no pointing: it asks each time.',
    ].join('\n'),
    message: ({ url, reason }: { url: string; reason: string }) =>
      `Expected the registry to answer at ${url}, found ${reason}.`,
    where: ({ url }: { url: string }) => url,
    hint: () => './mochi up registry',
  },
  CLI_REGISTRY_OTHER: {
    summary: 'Something else has the port of the registry',
    explain: [
      'The registry of a platform has the same port on every machine, and others have it by default too: a Verdaccio, or the registry of',
      'another user of this machine, which `./mochi up` names when it finds the port taken. What answers there does not say that it is mochi’s.',
    ].join('\n'),
    message: ({ url }: { url: string }) => `Expected the registry of this platform at ${url}, found another server.`,
    where: ({ url }: { url: string }) => url,
    hint: () => './mochi up registry',
  },
  CLI_REGISTRY_NPMRC: {
    summary: 'The configuration of npm cannot be read or written',
    explain: 'It is the file that NPM_CONFIG_USERCONFIG names, or `.npmrc` in your home. It was left as it was.',
    message: ({ file, reason }: { file: string; reason: string }) =>
      `Expected to be able to change ${file}, found: ${reason}.`,
    where: ({ file }: { file: string }) => file,
    hint: ({ file }: { file: string }) => `ls -l '${file}'`,
  },
})
