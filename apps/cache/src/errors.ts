import { defineErrors } from '@mochi/errors'

/** Why the cache does not start. What a request gets is a problem document with a code of its own. */
export const errors = defineErrors({
  CACHE_FORMAT_NEWER: {
    summary: 'The data of the build cache was written by a newer version',
    explain: `The folder of the cache's data holds the number of its format, and this version does not know the one that stands there. Run the
newer version again, or give this one another folder; a cache may always begin empty.`,
    message: (facts: { folder: string; found: string; known: number }) =>
      `Expected data of format ${facts.known} or older in ${facts.folder}, found ${facts.found}.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: () => 'run the newer version, or set CACHE_DATA to another folder',
  },
  CACHE_FOLDER_UNUSABLE: {
    summary: 'The build cache cannot use the folder of its data',
    explain: `The cache makes its folder, for its user alone, and has to be able to write and rename files in it. It is refused when others
than its owner could write to it: they could put entries there that nobody has checked.`,
    message: (facts: { folder: string; reason: string }) =>
      `Expected to be able to keep data in ${facts.folder}, but ${facts.reason}.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { folder: string }) => `ls -ld ${facts.folder}, or set CACHE_DATA to another folder`,
  },
  CACHE_ISSUER_UNUSABLE: {
    summary: 'An OIDC issuer of the build cache cannot be asked safely',
    explain: `The keys of an issuer decide who writes what main reads, so they are fetched over https; plain http is for loopback alone, as in
tests.`,
    message: (facts: { address: string }) => `Expected an https address of an issuer, found ${facts.address}.`,
    hint: () => 'correct oidc: ./mochi config show cache',
  },
})
