import { defineErrors } from '@mochi/errors'
import type { PolicyFault } from './policy/policy-fault.ts'
import { quote } from './quote.ts'

/** What the registry refuses, and why it does not start. */
export const errors = defineErrors({
  REGISTRY_PACKUMENT_INVALID: {
    summary: 'The document of a package is not one',
    explain: `A registry answers what it knows of a package with one JSON document, its packument. What another registry answers is not
believed: a document that is no JSON, names another package or has keys that no package has is refused as a whole and never
stored; a single version that is broken is left out, and \`./mochi registry explain NAME\` says so.`,
    message: (facts: { name: string; reason: string }) =>
      `Expected the packument of ${facts.name}, but it ${facts.reason}.`,
    hint: (facts: { name: string }) => `./mochi registry explain ${facts.name}`,
  },
  REGISTRY_POLICY_INVALID: {
    summary: 'The policy of the registry has faults',
    explain: `The policy says which versions of other people's packages the company gets: \`cooldown\`, \`blocked\` and \`waivers\` of
\`services.registry\` in \`mochi.json\`. All of its faults are listed at once, and the registry does not start before they are
mended, because a rule that cannot be read would let through what it was meant to stop.

    "cooldown": "24h",
    "blocked": [{ "package": "@scope/*", "range": ">=2.0.0 <2.1.3", "reason": "steals tokens" }],
    "waivers": [
      { "package": "fastify", "range": "5.6.1", "reviewer": "ann", "reason": "mends a hole", "expires": "2026-12-31" }
    ]

Ranges are those of semver; a waiver names one package, who reviewed it, and the last day of it, at most a year ahead.`,
    message: ({ faults }: { faults: readonly PolicyFault[] }) =>
      [
        `The policy of the registry has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`,
        ...faults.map(({ key, expected, found }) => `${key} expected ${expected}, found ${found}`),
      ].join('\n\n'),
    where: ({ faults: [first] }: { faults: readonly PolicyFault[] }) => first?.key ?? 'services.registry',
    hint: () => './mochi config show registry',
  },
  REGISTRY_RANGE_INVALID: {
    summary: 'A package was asked about with a range that is none',
    explain: `After the name of a package stand a version, a range of versions as semver has them, or one of the package's dist-tags:
\`fastify@5.6.1\`, \`fastify@^5.0.0\`, \`fastify@latest\`.`,
    message: (facts: { name: string; range: string }) =>
      `Expected a range of versions or a dist-tag of ${facts.name}, found ${quote(facts.range)}.`,
    hint: (facts: { name: string }) => `./mochi registry explain ${facts.name}`,
  },
  REGISTRY_DIGEST_WRONG: {
    summary: 'A tarball has other bytes than its packument promises',
    explain: `What an upstream registry sends is kept and shown only when it has the digest that its packument names. Other bytes were damaged on
the way, or are not those that were published: they are thrown away, and counted in \`/stats\`.`,
    message: ({
      what,
      algorithm,
      expected,
      found,
    }: {
      what: string
      algorithm: string
      expected: string
      found: string
    }) => `Expected the tarball of ${what} to have the ${algorithm} ${expected}, found ${found}.`,
    hint: () => 'ask for it again: what was damaged on its way may be whole then; ./mochi mirror sync says what is not',
  },
  REGISTRY_STORE_DAMAGED: {
    summary: 'What the registry has just written cannot be read',
    explain: `A packument was written to the disk, and is not there or has other bytes. Disks that do so fail soon.`,
    message: ({ name }: { name: string }) =>
      `Expected to read the packument of ${name} that was just written, found none.`,
    hint: () => "look at the system's log for errors of the disk",
  },
  REGISTRY_COMPANY_DAMAGED: {
    summary: "What the registry knows of the company's removed versions cannot be read",
    explain: `The numbers of versions that were removed are kept, for a number never means two things. Without them the company's packages
are not served: restore the file from a backup; removing it lets every removed number be used again.`,
    message: ({ file }: { file: string }) => `Expected the numbers of removed versions in ${file}, found no JSON.`,
    where: ({ file }: { file: string }) => file,
    hint: () => 'restore the file from a backup',
  },
  REGISTRY_TOKEN_INVALID: {
    summary: 'A token of the registry cannot be made like this',
    explain: `A token has a name, which stands in logs and beside what is published with it, a group (\`read\`, \`publish\`, \`admin\`), where
it is wanted one scope that it writes to, and an end: a token that never ends is never looked after.`,
    message: ({ needs }: { needs: string }) => `Expected a token with ${needs}.`,
    hint: () => './mochi registry token create --name ci --group publish --expires 30d',
  },
  REGISTRY_UPLINK_INVALID: {
    summary: 'The address of the upstream registry cannot be used',
    explain: `\`uplink\` of \`services.registry\` is the registry that packages come from which are not the company's. It cannot be this registry
itself, which would ask itself for ever; \`npm_config_registry\` may name this registry, so it is not taken for it. A secret
(\`uplinkAuthorization\`) goes over \`https:\` alone, but for an uplink on this machine, and where \`uplinkInsecure\` says that it may go in clear.`,
    message: ({ found, reason }: { found: string; reason: string }) =>
      `Expected the address of another registry, but ${found} ${reason}.`,
    hint: () => 'set services.registry.uplink in mochi.json, or REGISTRY_UPLINK, to another address',
  },
})
