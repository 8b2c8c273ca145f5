import { defineErrors } from '@mochi/errors'

type Refused = { readonly status: number; readonly code: string; readonly detail: string }

/** What `mochi registry explain`, `check` and `token` cannot do. */
export const errors = defineErrors({
  CLI_REGISTRY_REFUSED: {
    summary: 'The registry did not answer what was asked',
    explain: [
      'The code in the message is the server’s own, and `./mochi explain CODE` says more where it is one of this checkout. 404: upstream',
      'has no such package, or it is one of the company’s own, for which no policy stands. 503: upstream is away, and the registry does not hold',
      'the package.',
    ].join('\n'),
    message: ({ status, code, detail }: Refused) => `Expected an answer, found ${status} ${code}: ${detail}`,
    hint: ({ status }: Refused) => (status === 503 ? './mochi registry status' : './mochi registry explain --help'),
  },
  CLI_REGISTRY_TOKEN: {
    summary: 'A token of the registry was not made or taken back',
    explain: [
      'Tokens are made on the machine of the registry, in the data of its service: `./mochi config show registry` says which folder that is.',
      'Each has a name, a group, and an end within a year; where it is to write to one scope alone, that is one of the company.',
    ].join('\n'),
    message: ({ detail }: { detail: string }) => detail,
    hint: () => './mochi registry token create --name ci --group publish --expires 30d',
  },
  CLI_REGISTRY_TOKEN_UNKNOWN: {
    summary: 'The registry has no such token',
    explain:
      'A token is taken back by its id, which `./mochi registry token list` shows. One that has expired is gone.',
    message: ({ id }: { id: string }) => `Expected the id of a token, found ${id}.`,
    hint: () => './mochi registry token list',
  },
})
