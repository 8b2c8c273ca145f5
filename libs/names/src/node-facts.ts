/** What a node says of itself in DNS. */
export type NodeFacts = {
  readonly version: string
  readonly revision: string
  /** Another one for each process. */
  readonly instance: string
}

const KEYS = ['version', 'revision', 'instance'] as const
/** Bytes of a string of a TXT record at most. RFC 1035, 3.3. */
const MOST = 255

/** The strings of a node's TXT record, `key=value` as in RFC 6763; what is too long is cut. */
export function formatNodeFacts(facts: NodeFacts): string[] {
  return KEYS.map((key) => cut(`${key}=${facts[key]}`))
}

/** The inverse; undefined where one is missing. Keys that this version does not know are passed over. */
export function parseNodeFacts(strings: readonly string[]): NodeFacts | undefined {
  const found = new Map(strings.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]))
  const [version, revision, instance] = KEYS.map((key) => found.get(key))
  return version === undefined || revision === undefined || instance === undefined
    ? undefined
    : { version, revision, instance }
}

function cut(text: string): string {
  return Buffer.byteLength(text) <= MOST
    ? text
    : Buffer.from(text)
        .subarray(0, MOST)
        .toString('utf8')
        .replace(/\uFFFD+$/, '')
}
