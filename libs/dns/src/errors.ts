import { defineErrors } from '@mochi/errors'

/** What this library refuses. */
export const errors = defineErrors({
  DNS_NAME_INVALID: {
    summary: 'A text is no name of DNS',
    explain: `A name is labels with dots between them: each 1 to 63 bytes, the name 255 at most, with the dots counted. What is not printable ASCII is
written as \`\\DDD\`, a dot inside a label as \`\\.\`.`,
    message: ({ name, expected, found }: { name: string; expected: string; found: string }) =>
      `Expected ${expected} in the name ${JSON.stringify(name)}, found ${found}.`,
  },
  DNS_RECORD_INVALID: {
    summary: 'A record has a value that DNS cannot hold',
    explain: `Addresses are written as IPv4 or IPv6 does, numbers have 16 or 32 bits, and each text of a TXT record has 255 bytes at most: longer ones
are cut into several.`,
    message: ({ name, type, expected, found }: { name: string; type: string; expected: string; found: string }) =>
      `Expected ${expected} in the ${type} record of ${name}, found ${found}.`,
  },
})
