import { defineErrors } from '@mochi/errors'

/** Why the cache does not start. What a request gets is a problem document with a code of its own. */
export const errors = defineErrors({
  CACHE_ISSUER_UNUSABLE: {
    summary: 'An OIDC issuer of the build cache cannot be asked safely',
    explain: `The keys of an issuer decide who writes what main reads, so they are fetched over https; plain http is for loopback alone, as in
tests.`,
    message: (facts: { address: string }) => `Expected an https address of an issuer, found ${facts.address}.`,
    hint: () => 'correct oidc: ./mochi config show cache',
  },
})
