import { defineErrors } from '@mochi/errors'

/** What is refused at the borders of the build cache: tokens, archives, and where a client finds it. No token ever stands in one. */
export const errors = defineErrors({
  BUILD_CACHE_TOKEN_REFUSED: {
    summary: 'A token of the build cache is refused',
    explain: `The token has expired, was signed with another key than the server's, or is none of this cache's at all. A token says
what its holder may do and for how long: main's CI writes what all read, a branch writes what only it reads, people read. Mint
a new one; a changed key makes all old ones worthless, which is how they are taken back.`,
    message: (facts: { reason: string }) =>
      `Expected a token that this build cache has given and that is still good, but ${facts.reason}.`,
    hint: () => './mochi cache token --role branch --branch NAME --hours 8',
  },
  BUILD_CACHE_TOKEN_UNFIT: {
    summary: 'A token of the build cache cannot be minted so',
    explain: `Roles are main, branch, reader and admin; a branch has a name of printable ASCII without blanks. Who may write or purge
gets a token for at most 24 hours, who only reads for at most 720. The mint key has at least 32 characters.`,
    message: (facts: { expected: string; found: string }) => `Expected ${facts.expected}, found ${facts.found}.`,
    hint: () => './mochi cache token --help',
  },
  BUILD_CACHE_ARCHIVE_REFUSED: {
    summary: 'An archive is not what Nx writes for a task',
    explain: `What the cache takes is looked at before anybody can read it: one gzip member without more behind it, names that stay below
the folder they are unpacked to, files, directories and relative links only, and limits on size and count. An archive that
somebody has cut or made up is refused, and the task's result is not shared; nothing else happens.`,
    message: (facts: { reason: string }) => `Expected an archive as Nx writes it, but ${facts.reason}.`,
    hint: () => 'build it again: the next run writes a new archive',
  },
  BUILD_CACHE_URL_INVALID: {
    summary: 'The address of the build cache is none',
    explain: `\`cache.url\` in mochi.json, or \`MOCHI_CACHE_URL\` in its place, is an http or https address without user, query and
fragment, like \`https://cache.example.com\`. A run of Nx goes on without the cache.`,
    message: (facts: { origin: string }) =>
      `Expected an http or https address without user, query and fragment in ${facts.origin}, found another text.`,
    where: (facts: { origin: string }) => facts.origin,
    hint: () => './mochi check',
  },
  BUILD_CACHE_TOKEN_IN_CLEAR: {
    summary: 'The token of the build cache would travel unencrypted',
    explain: `Whoever can listen on the way could write what everybody builds from. Use https, or say \`"insecure": true\` under \`cache\`
in mochi.json where the network is trusted: that is for the url beside it, and not for another in MOCHI_CACHE_URL. A run of
Nx goes on without the cache.`,
    message: (facts: { url: string; origin: string }) =>
      `Expected an https address in ${facts.origin}, found ${facts.url}: the token is not sent in clear.`,
    where: (facts: { origin: string }) => facts.origin,
    hint: () => 'use https, or set "insecure": true under cache in mochi.json',
  },
  BUILD_CACHE_TOKEN_UNUSABLE: {
    summary: 'The token of the build cache cannot be used',
    explain: `The token stands in \`MOCHI_CACHE_TOKEN\`, or in \`etc/secrets/build-cache/token\` below the prefix, a file of mode 0600 in a
folder that only its owner can write to: whoever reads it can write what others build from. A run of Nx goes on without
the cache.`,
    message: (facts: { file: string; expected: string; found: string }) =>
      `Expected ${facts.expected} at ${facts.file}, found ${facts.found}.`,
    where: (facts: { file: string }) => facts.file,
    hint: (facts: { file: string; command: string | undefined }) => facts.command ?? `ls -l ${facts.file}`,
  },
})
