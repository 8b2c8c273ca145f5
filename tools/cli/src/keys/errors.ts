import { defineErrors } from '@mochi/errors'

/** What `mochi keys` refuses. */
export const errors = defineErrors({
  CLI_KEYS_ABSENT: {
    summary: 'There are no secrets for this flavor in this data centre',
    explain: `Outside of laptops the keys of clusters are derived from one secret for each flavor and data centre, which operators, the nameserver and
the agents of hosts hold. \`./mochi keys init\` makes those that are missing.`,
    message: ({ file }: { file: string }) => `Expected secrets in ${file}, found no file.`,
    where: ({ file }: { file: string }) => file,
    hint: () => './mochi keys init',
  },
  CLI_KEYS_UNUSABLE: {
    summary: 'A file of secrets cannot be used',
    explain: `Whoever reads it can join every cluster of its flavor and data centre: it is its owner's alone, mode 0600, in a folder that others cannot
write to.`,
    message: ({ file, expected, found }: { file: string; expected: string; found: string }) =>
      `Expected ${expected} at ${file}, found ${found}.`,
    where: ({ file }: { file: string }) => file,
    hint: ({ file, command }: { file: string; command: string | undefined }) => command ?? `ls -l ${file}`,
  },
  CLI_KEYS_JUST_CHANGED: {
    summary: 'The secret was changed a short time ago',
    explain: `Two epochs are accepted: the newest, and the one before it. Whoever has not heard of the last change within a day would be cut off by
the next. Where a secret has leaked that is what you want: \`--again\`.`,
    message: ({ age }: { age: string }) =>
      `Expected a secret that is a day old at least, found one that was made ${age} ago.`,
    hint: ({ idc, flavor }: { idc: string; flavor: string }) =>
      `./mochi keys rotate --idc ${idc} --flavor ${flavor} --again`,
  },
})
