import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { tls } from './built-ins.ts'
import { errors } from './errors.ts'

/** Files in PEM: a certificate with those that lead to its authority, and its private key. */
export type TlsFiles = { readonly cert: string; readonly key: string }

export type TlsPair = { readonly cert: string; readonly key: string }

/**
 * Reads a certificate and its key. SERVICE_TLS_UNUSABLE when one cannot be read, when others can read or own the key, or
 * when the two do not belong together.
 */
export async function readTls(files: TlsFiles): Promise<TlsPair> {
  const cert = await readPem(files.cert, () => undefined)
  const key = await readPem(files.key, refuseShared)
  try {
    tls.createSecureContext({ cert, key })
  } catch (cause) {
    throw errors.SERVICE_TLS_UNUSABLE(
      { file: files.cert, reason: `with ${files.key}: ${(cause as Error).message}` },
      { cause },
    )
  }
  return { cert, key }
}

/** Looks at the file that it reads, not at one that may take its place in between. */
async function readPem(
  file: string,
  check: (file: string, handle: FileHandle) => Promise<void> | undefined,
): Promise<string> {
  try {
    await using handle = await open(file, constants.O_RDONLY)
    await check(file, handle)
    return await handle.readFile('utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'SERVICE_TLS_UNUSABLE') throw cause
    throw errors.SERVICE_TLS_UNUSABLE({ file, reason: (cause as Error).message }, { cause })
  }
}

async function refuseShared(file: string, handle: FileHandle): Promise<void> {
  const { mode, uid } = await handle.stat()
  const isOurs = uid === 0 || uid === process.getuid?.()
  if (!isOurs) throw errors.SERVICE_TLS_UNUSABLE({ file, reason: 'it belongs to somebody else' })
  if ((mode & 0o077) === 0) return
  throw errors.SERVICE_TLS_UNUSABLE({ file, reason: 'others can read it', hint: `chmod 600 ${file}` })
}
