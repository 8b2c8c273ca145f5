import { defineErrors } from '@mochi/errors'

type Refusal = { status: number; code: string; detail: string; base: string }

/** `isPlain`: it speaks http where https was asked for. */
type Away = { url: string; reason: string; isPlain: boolean }

function healthOf(base: string): string {
  return `${base.replace(/\/$/, '')}/health`
}

/** What keeps `mochi cache` from asking the build cache. */
export const errors = defineErrors({
  CLI_CACHE_UNNAMED: {
    summary: 'Nobody has said where the build cache is',
    explain: [
      '`./mochi cache status` asks the server that `cache.url` in mochi.json names, or `MOCHI_CACHE_URL`. A cache of your own for a',
      'trial: `./mochi up cache`, and its address from `./mochi status`.',
    ].join('\n'),
    message: () => 'Expected the address of the build cache in mochi.json, found no `cache.url`.',
    where: () => 'mochi.json',
    hint: () => 'MOCHI_CACHE_URL=http://127.0.0.1:PORT ./mochi cache status',
  },
  CLI_CACHE_TOKEN_MISSING: {
    summary: 'There is no token for the build cache',
    explain: [
      'Every question to the build cache has a token, which says what its holder may read. Whoever has the mint key makes one:',
      '`./mochi cache token --role reader --hours 720`. Where the mint key itself is at hand, no token is needed.',
    ].join('\n'),
    message: ({ file }: { file: string }) => `Expected a token in $MOCHI_CACHE_TOKEN or ${file}, found none.`,
    where: ({ file }: { file: string }) => file,
    hint: () => './mochi cache token --help',
  },
  CLI_CACHE_KEY_MISSING: {
    summary: 'There is no mint key, and without it no token can be made',
    explain: [
      'The mint key signs the tokens of the build cache: it is the secret `mintKey` of the service cache, and on a laptop made by',
      'its first start. Who has it can write what everybody builds from, so it belongs on the machine of the server alone.',
    ].join('\n'),
    message: ({ file }: { file: string }) => `Expected the mint key in ${file}, found no file.`,
    where: ({ file }: { file: string }) => file,
    hint: ({ file, isNamed }: { file: string; isNamed: boolean }) => (isNamed ? `ls -l ${file}` : './mochi up cache'),
  },
  CLI_CACHE_KEY_UNUSABLE: {
    summary: 'The file of the mint key cannot be used',
    explain:
      'Whoever reads the mint key can write what everybody builds from: the file is its owner’s alone, mode 0600.',
    message: ({ file, expected, found }: { file: string; expected: string; found: string }) =>
      `Expected ${expected} at ${file}, found ${found}.`,
    where: ({ file }: { file: string }) => file,
    hint: ({ file, command }: { file: string; command: string | undefined }) => command ?? `ls -l ${file}`,
  },
  CLI_CACHE_AWAY: {
    summary: 'The build cache does not answer',
    explain:
      'Runs of Nx go on without it; only these commands need it. The log of the service says more: `./mochi logs cache`.',
    message: ({ url, reason }: Away) => `Expected an answer from the build cache at ${url}, found ${reason}.`,
    where: ({ url }: Away) => url,
    hint: ({ url, isPlain }: Away) =>
      isPlain ? `MOCHI_CACHE_URL=${url.replace(/^https:/, 'http:')} ./mochi cache status` : `curl -i ${healthOf(url)}`,
  },
  CLI_CACHE_REFUSED: {
    summary: 'The build cache refused what was asked',
    explain: [
      'The code in the message is the server’s own: `./mochi explain CODE` where it is one of this checkout. A token that is given',
      'counts before the mint key of this machine.',
    ].join('\n'),
    message: ({ status, code, detail }: Refusal) => `Expected an answer, found ${status} ${code}: ${detail}`,
    where: ({ url }: { url: string }) => url,
    hint: ({ status, base }: Refusal) => {
      if (status === 400) return './mochi cache purge --help'
      return [401, 403].includes(status) ? './mochi cache token --help' : `curl -i ${healthOf(base)}`
    },
  },
  CLI_CACHE_NO_HASH: {
    summary: 'What was asked for is no hash, and no target whose results are kept',
    explain: [
      '`./mochi cache why` takes the hash of a task, as runs and the page of the cache name it, or a target as in `foo:build`, for',
      'the hash of its files as they are. `./mochi why foo` lists the targets of a project.',
    ].join('\n'),
    message: ({ wanted, nearest }: { wanted: string; nearest: readonly string[] }) =>
      `Expected a hash or a cached target, as in foo:build, found ${wanted}.${nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`}`,
    hint: ({ nearest }: { nearest: readonly string[] }) =>
      nearest[0] === undefined ? 'npx nx show projects' : `./mochi cache why ${nearest[0]}`,
  },
  CLI_CACHE_PURGE_ALL: {
    summary: 'It was not said what is to be purged',
    explain: [
      'A purge takes entries away for everybody: of one scope, of one writer, or of one hash. Several of them together mean the',
      'entries that fit all.',
    ].join('\n'),
    message: () => 'Expected --scope, --writer or --hash, found none of them.',
    hint: () => './mochi cache purge --help',
  },
})
