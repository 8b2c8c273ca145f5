import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

export type MirrorFolder = {
  /** What is known of each package, by the name of its file. */
  readonly packages: string
  /** Packuments as upstream gave them, compressed, by the SHA-512 of their text. */
  readonly documents: string
  /** Tarballs by their SHA-512. */
  readonly tarballs: string
  /** Of tarballs of which only a SHA-1 was published: a file of that name holds the SHA-512. */
  readonly aliases: string
  /** What is not whole yet. */
  readonly drafts: string
}

/** Makes the folders of the mirror below the service's data. */
export function openMirrorFolder(data: string): MirrorFolder {
  const at = (name: string): string => {
    const path = join(data, 'mirror', name)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }
  return {
    packages: at('packages'),
    documents: at('documents'),
    tarballs: at('tarballs'),
    aliases: at('aliases'),
    drafts: at('drafts'),
  }
}

/** The file of a digest: a folder for each of the first two digits, so that none has a hundred thousand files. */
export function fileOf(folder: string, digest: string): string {
  return join(folder, digest.slice(0, 2), digest)
}
