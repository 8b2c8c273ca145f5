import { defineErrors } from '@mochi/errors'
import type { LocatedFault } from './fault.ts'
import { formatFaults, formatPlace } from './format-faults.ts'
import { formatServiceFaults, placeOf } from './service/service-fault.ts'
import type { ServiceFault } from './service/service-fault.ts'

type Invalid = { file: string; faults: readonly LocatedFault[] }

type ServiceInvalid = { name: string; faults: readonly ServiceFault[] }

/**
 * Every way in which mochi.json, a service's configuration and the host's file cannot be used, and for every other document
 * the way in which it cannot be read.
 */
export const errors = defineErrors({
  CONFIG_INVALID: {
    summary: 'mochi.json has faults',
    explain: `\`mochi.json\` says what this company is. It is plain JSON, without comments, and keeps to a schema that editors know too
(\`"$schema": "./libs/config/mochi.schema.json"\`). Every fault is listed with its line and column, what was expected and
what was found. Correct them all and run the command again.`,
    message: ({ file, faults }: Invalid) => formatFaults(file, faults),
    where: ({ file, faults }: Invalid) => formatPlace(file, faults[0]),
    hint: (facts: { file: string }) => `Correct ${facts.file} and run the command again.`,
  },
  CONFIG_MISSING: {
    summary: 'There is no mochi.json',
    explain: `Every workspace has a \`mochi.json\` at its root. The smallest one names the company's package scope and its domain:

    { "scopes": ["@mochi"], "domain": "example.com" }`,
    message: (facts: { path: string }) => `Expected the file ${facts.path}, found nothing there.`,
    where: (facts: { path: string }) => facts.path,
    hint: () => 'git checkout HEAD -- :/mochi.json, or write { "scopes": ["@mochi"], "domain": "example.com" } to it',
  },
  CONFIG_UNREADABLE: {
    summary: 'A configuration file cannot be read',
    explain: `The file is there, but it cannot be opened, is no regular file, or is not UTF-8 text. The message has the reason that the
operating system gave.`,
    message: (facts: { path: string; reason: string }) =>
      `Expected a readable UTF-8 text file at ${facts.path}, found: ${facts.reason}.`,
    where: (facts: { path: string }) => facts.path,
    hint: (facts: { path: string }) => `ls -ld ${facts.path}`,
  },
  CONFIG_SERVICE_INVALID: {
    summary: 'A service’s configuration has faults',
    explain: `A service is told what the schema in its \`src/config.ts\` names: by the default there, then \`services.<name>\` in
\`mochi.json\`, then \`etc/services/<name>.json\` below the prefix, then the variables \`<NAME>_<KEY>\`; the last one wins. A
value made by \`Secret()\` stands in none of them, but in \`etc/secrets/<name>/<key>\` below the prefix, a file of mode
0600, or in systemd's credentials directory.

All faults of all sources are listed at once, each with its place, and no port is opened before they are mended. Values of
variables and secrets are never repeated. \`./mochi config show <name>\` says where each value comes from.`,
    message: ({ name, faults }: ServiceInvalid) => formatServiceFaults(name, faults),
    where: ({ name, faults: [first] }: ServiceInvalid) => (first === undefined ? name : placeOf(first)),
    hint: ({ name }: { name: string }) => `./mochi config show ${name}`,
  },
  CONFIG_SCHEMA_UNUSABLE: {
    summary: 'A service’s schema names a key that nobody could give',
    explain: `Every key of a configuration is part of a variable's name, and of a secret's file: it begins with a letter and has
letters, digits, \`_\` and \`-\`. Two keys cannot share a variable (\`tlsCert\` and \`cert\` in \`tls\` both have
\`<NAME>_TLS_CERT\`). A secret stands under keys of objects only, because in a list, a map or a union its file would have
no name; it has no default, because the schema is no secret.`,
    message: (facts: { name: string; faults: readonly string[] }) =>
      `Expected a schema in src/config.ts of ${facts.name} whose every key can be given, found:\n${facts.faults
        .map((fault) => `    ${fault}`)
        .join('\n')}`,
    where: (facts: { name: string }) => `apps/${facts.name}/src/config.ts`,
  },
  CONFIG_HOST_INVALID: {
    summary: 'The host’s file has faults',
    explain: `\`etc/host.json\` below the prefix says what a host is: \`idc\`, \`flavor\` (localdev, dev or prod), \`address\` (IPv4)
and \`labels\`. A laptop has none. Every fault is listed with its line and column.

    { "idc": "us1", "flavor": "dev", "address": "10.0.3.7", "labels": { "rack": "b7" } }`,
    message: ({ file, faults }: Invalid) => formatFaults(file, faults),
    where: ({ file, faults }: Invalid) => formatPlace(file, faults[0]),
    hint: (facts: { file: string }) => `Correct ${facts.file} and run the command again.`,
  },
})
