/** Shorter ones would take innocent words with them. */
const SHORTEST = 3

const known = new Set<string>()
/** What is looked for: each secret as it is and as JSON and URLs write it, the longest first. */
let spellings: readonly string[] = []

/**
 * From now on `redact`, and with it every error, removes this text wherever it stands: what a program has read as a secret
 * must not leave it again. For the whole process, because errors and logs are the whole process's.
 */
export function keepSecret(secret: string): void {
  if (secret.length < SHORTEST || known.has(secret)) return
  known.add(secret)
  const all = [...known].flatMap(spellingsOf)
  spellings = [...new Set(all)].sort((first, second) => second.length - first.length)
}

/** The secret as it is, and as JSON and URLs write it. */
export function spellingsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]
}

/** The text without the secrets that `keepSecret` was told. */
export function removeKnown(text: string, replacement: string): string {
  return spellings.reduce((rest, secret) => rest.replaceAll(secret, replacement), text)
}
