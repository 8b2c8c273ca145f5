import { errors } from './errors.ts'
import type { Secret } from './keys.ts'

/** A secret, and when it was made (milliseconds since 1970). */
export type KeptSecret = Secret & { readonly created: number }

/** The secrets of one flavor in one data centre, the newest first: one, or two while nodes change over. */
export type Keyring = readonly [newest: KeptSecret, ...older: KeptSecret[]]

const LINE = /^(\d{1,9}) ([A-Za-z0-9_-]{43,200}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)$/

/** The file of a keyring: a line for each secret, the newest first, with its epoch, itself in base64url, and when it was made. */
export function formatKeyring(keyring: Keyring): string {
  const lines = keyring.map(({ epoch, secret, created }) => {
    return `${epoch} ${Buffer.from(secret).toString('base64url')} ${new Date(created).toISOString()}\n`
  })
  return lines.join('')
}

/** The inverse. Throws NAMES_KEYRING_INVALID, which shows nothing of what stands there. */
export function parseKeyring(text: string): Keyring {
  const secrets = text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const [, epoch = '', secret = '', created = ''] = LINE.exec(line) ?? []
      if (epoch === '')
        throw errors.NAMES_KEYRING_INVALID({ line: index + 1, expected: 'an epoch, a secret and a time' })
      return { epoch: Number(epoch), secret: Buffer.from(secret, 'base64url'), created: Date.parse(created) }
    })
  const wrong = secrets.findIndex(({ epoch }, index) => index > 0 && epoch >= (secrets[index - 1]?.epoch ?? 0))
  if (wrong !== -1)
    throw errors.NAMES_KEYRING_INVALID({ line: wrong + 1, expected: 'an epoch before that of the line above' })
  if (secrets.length > 2)
    throw errors.NAMES_KEYRING_INVALID({ line: 3, expected: 'the end, for two epochs are accepted' })
  return secrets as unknown as Keyring
}

/** With a new secret: of those before the newest is still accepted, and no other. */
export function rotateKeyring(keyring: Keyring, secret: Uint8Array, created: number): Keyring {
  const [newest] = keyring
  return [{ epoch: newest.epoch + 1, secret, created }, newest]
}
