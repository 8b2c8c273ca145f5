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
  DNS_SERVER_INVALID: {
    summary: 'A server of DNS is not named by its address',
    explain: `Servers are named by IPv4 or IPv6 address and port: a name would need another server to be found. At least one is needed.`,
    message: ({ found }: { found: string }) => `Expected servers with an IP address and a port, found ${found}.`,
  },
  DNS_NO_ANSWER: {
    summary: 'No server of DNS answered',
    explain: `All servers were asked, one after the other and several times round, until the deadline. For each the error says what it did. An
answer that was known from before would have been given, with its age: there was none, or it was too old. After this the servers are left
alone for a second, and then asked again by whoever asks next.`,
    message: ({ question, servers, attempts, ms }: NoAnswer) =>
      `Expected ${question.update === true ? `an answer to an update of ${question.name}` : `${question.type} of ${question.name}`} from ${servers.join(', ')}, found in ${ms} ms: ${summary(attempts)}.`,
    hint: ({ question, servers }: NoAnswer) => digCommand(servers[0] ?? '', question),
  },
  DNS_UPDATE_REFUSED: {
    summary: 'A server refused to change its zone',
    explain: `REFUSED and NOTAUTH both mean that this key may not change this name: BIND says the first, signed, and Knot the second, unsigned. NOTAUTH
also comes from a server that does not hold the zone, or is not its primary. SERVFAIL means that the server could not write, NOTZONE that a name
is not within the zone. Nothing was changed.`,
    message: ({ server, zone, rcode, key }: Refusal) =>
      `Expected ${server} to change ${zone}, found ${rcode}: ${REFUSALS[rcode] ?? 'it did not'} (${keyWords(key)}).`,
    hint: ({ server, zone }: Refusal) => digCommand(server, { name: zone, type: 'SOA' }),
  },
  DNS_OUTCOME_UNKNOWN: {
    summary: 'An update was sent, and nobody said what became of it',
    explain: `The connection ended, or the time was over, after the update had been sent: it may have been made or not. Ask for what it would have
changed, or send it again: adding what is there and deleting what is not change nothing.`,
    message: ({ server, zone, found }: { server: string; zone: string; found: string }) =>
      `Expected ${server} to say what became of an update of ${zone}, found ${found}.`,
    hint: ({ server, zone }: { server: string; zone: string }) => digCommand(server, { name: zone, type: 'SOA' }),
  },
  DNS_KEY_REFUSED: {
    summary: 'A server does not accept the key',
    explain: `The server says BADKEY. The name of a key is part of it, and so is the algorithm, HMAC-SHA-256: it may have no such key. Knot says the
same of a key that it knows and that may not do this: no \`acl\` of the zone fits the key, what it does, the name and the type. Nothing was
changed.`,
    message: ({ server, zone, key }: Keyed) =>
      `Expected ${server} to accept the key ${key} for ${zone}, found BADKEY: it does not know the key, or does not permit it this.`,
    hint: () => 'compare the names and permissions of the keys in the configuration of the server',
  },
  DNS_KEY_WRONG: {
    summary: 'A server has another secret for the key',
    explain: `The server knows a key of this name, and the signature was not made with its secret (BADSIG): the secrets differ, or somebody changed
the message on its way.`,
    message: ({ server, zone, key }: Keyed) =>
      `Expected ${server} to have the same secret for the key ${key} of ${zone}, found another.`,
    hint: () => 'compare the digests of both secrets',
  },
  DNS_CLOCK_SKEW: {
    summary: 'The clocks of client and server are too far apart',
    explain: `A signature counts for 300 seconds before and after it was made, so that nobody can send it again later. The clock of this machine and
that of the server are further apart. Nothing was changed.`,
    message: ({ server, key, seconds }: Keyed & { seconds: number }) =>
      `Expected the clock of ${server} to be within 300 s of this machine's for the key ${key}, found it ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}.`,
    hint: () => 'date -u',
  },
  DNS_ANSWER_NOT_SIGNED: {
    summary: 'An answer does not carry the signature that it needs',
    explain: `Who asks with a key is answered with its signature. An answer without one, or with one that does not fit, is not the server's, or was
changed on its way, or comes from a server that does not know signatures. Whether an update was made is unknown.`,
    message: ({ server, zone, key, found }: Keyed & { found: string }) =>
      `Expected a signature of the key ${key} in the answer of ${server} for ${zone}, found ${found}.`,
    hint: ({ server, zone }: Keyed & { found: string }) => digCommand(server, { name: zone, type: 'SOA' }),
  },
  DNS_TRANSFER_REFUSED: {
    summary: 'A server does not give its zone',
    explain: `A whole zone is given only to keys, or addresses, that its server lists for transfers (\`allow-transfer\` of BIND, an \`acl\` with
\`action: transfer\` of Knot).`,
    message: ({ server, zone, rcode, key }: Refusal) =>
      `Expected the zone ${zone} from ${server}, found ${rcode} (${keyWords(key)}).`,
    hint: ({ server, zone }: Refusal) => digCommand(server, { name: zone, type: 'AXFR' }),
  },
  DNS_TRANSFER_BROKEN: {
    summary: 'A zone did not come whole',
    explain: `A zone comes from its SOA to the same SOA again. One that ends before, has what is not its own, or goes beyond the limits of records and
bytes, is dropped as a whole.`,
    message: ({ server, zone, found, records }: { server: string; zone: string; found: string; records: number }) =>
      `Expected the whole zone ${zone} from ${server}, found ${found}, after ${records} records.`,
    hint: ({ server, zone }: { server: string; zone: string }) => digCommand(server, { name: zone, type: 'AXFR' }),
  },
})

type Keyed = { server: string; zone: string; key: string }
type Refusal = { server: string; zone: string; rcode: string; key: string | undefined }
type NoAnswer = {
  question: { name: string; type: string; update?: boolean }
  servers: readonly string[]
  attempts: readonly { server: string; failed: string }[]
  ms: number
}

const REFUSALS: Readonly<Record<string, string>> = {
  REFUSED: 'not permitted',
  NOTAUTH: 'not permitted, or not its zone',
  NOTZONE: 'a name is not within the zone',
  SERVFAIL: 'it could not',
  NOTIMP: 'it knows no updates',
  FORMERR: 'it does not understand the update',
}

function keyWords(key: string | undefined): string {
  return key === undefined ? 'no key' : `key ${key}`
}

/** Each thing that happened, once: `127.0.0.1:53 no answer (3 times)`. */
function summary(attempts: NoAnswer['attempts']): string {
  const counts = new Map<string, number>()
  for (const { server, failed } of attempts) {
    const words = `${server} ${failed}`
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  const parts = [...counts].map(([words, count]) => (count === 1 ? words : `${words} (${count} times)`))
  return parts.length === 0 ? 'no time to ask' : parts.join('; ')
}

function digCommand(server: string, { name, type }: { name: string; type: string }): string {
  const [, address = server, port = '53'] = /^\[?(.*?)\]?:(\d+)$/.exec(server) ?? []
  return `dig @${address} -p ${port} ${name} ${type}`
}
