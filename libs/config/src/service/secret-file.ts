import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, stat, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const LARGEST = 64 * 1024

export type SecretFile =
  | { kind: 'read'; text: string }
  | { kind: 'absent' }
  | { kind: 'refused'; expected: string; found: string; command: string | undefined }

export type ReadSecretOptions = {
  /** Who may own it, beside root. */
  uid: number
  /** It stands in systemd's credentials directory. */
  isCredential: boolean
}

/**
 * The secret in a file: UTF-8 text of at most 64 KiB, without its last line end. Refused when others than its owner could
 * read it or put another in its place, or when it belongs to somebody else. The file is judged after it was opened, so
 * that nobody can exchange it in between.
 */
export async function readSecretFile(file: string, options: ReadSecretOptions): Promise<SecretFile> {
  let handle: FileHandle | undefined
  try {
    // A pipe in its place would wait for its writer for ever.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    return (await refuse(file, handle, options)) ?? (await read(file, handle))
  } catch (error) {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { kind: 'absent' }
    return refused(
      `a file that this user (uid ${options.uid}) can read`,
      `${code}: ${message}`,
      `ls -l ${quotePath(file)}`,
    )
  } finally {
    await handle?.close()
  }
}

async function refuse(file: string, handle: FileHandle, options: ReadSecretOptions): Promise<SecretFile | undefined> {
  const { uid, isCredential } = options
  const entry = await handle.stat()
  if (!entry.isFile()) return refused('a regular file', 'something else', `ls -ld ${quotePath(file)}`)
  if (![uid, 0].includes(entry.uid))
    return refused(`a file of uid ${uid} or root`, `one of uid ${entry.uid}`, `chown ${uid} ${quotePath(file)}`)
  // systemd grants the service's user a root-owned credential by an ACL, whose mask shows as the group's read bit
  // (src/core/exec-credential.c, write_credential).
  const forOthers = entry.mode & (isCredential && entry.uid === 0 ? 0o037 : 0o077)
  if (forOthers !== 0)
    return refused('a file of mode 0600', `mode ${modeText(entry.mode)}`, `chmod 600 ${quotePath(file)}`)
  if (entry.size > LARGEST) return refused('a secret of at most 64 KiB', `${entry.size} bytes`, undefined)
  return isCredential ? undefined : refuseFolder(dirname(file), uid)
}

/** Who can write to its folder can put another secret in the place of this one. */
async function refuseFolder(folder: string, uid: number): Promise<SecretFile | undefined> {
  const entry = await stat(folder)
  if (![uid, 0].includes(entry.uid))
    return refused(
      `it in a folder of uid ${uid} or root`,
      `one of uid ${entry.uid}`,
      `chown ${uid} ${quotePath(folder)}`,
    )
  if ((entry.mode & 0o022) !== 0)
    return refused(
      'it in a folder that only its owner can write to',
      `mode ${modeText(entry.mode)}`,
      `chmod go-w ${quotePath(folder)}`,
    )
  return undefined
}

async function read(file: string, handle: FileHandle): Promise<SecretFile> {
  const bytes = Buffer.alloc(LARGEST + 1)
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
  if (bytesRead > LARGEST) return refused('a secret of at most 64 KiB', 'more', undefined)
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, bytesRead))
    return { kind: 'read', text: text.replace(/\r?\n$/, '') }
  } catch {
    return refused('UTF-8 text', 'other bytes', `file ${quotePath(file)}`)
  }
}

/** Writes a random secret of 256 bits, readable by its owner alone, where none is there; of several at once the first wins. */
export async function makeSecretFile(file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64url')}\n`)
    await handle.sync()
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await handle.close()
    await unlink(draft)
  }
}

/** The command that writes a secret that is typed or piped in, so that it stands in no argument and no history. */
export function secretCommand(file: string): string {
  const script = `umask 077; mkdir -p ${escape(dirname(file))} && cat > ${escape(file)}`
  return `sh -c '${script.replaceAll("'", String.raw`'\''`)}'   (then the secret, Enter, Ctrl-D)`
}

function refused(expected: string, found: string, command: string | undefined): SecretFile {
  return { kind: 'refused', expected, found, command }
}

function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`
}

function quotePath(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}

function escape(path: string): string {
  return path.replace(/[^\w@%+=:,./-]/g, String.raw`\$&`)
}
