import { join } from 'node:path'
import { openDataFolder } from '@mochi/files'

export type MirrorFolder = {
  /** What is known of each package, by the name of its file. */
  readonly packages: string
  /** The forms that are made of a packument of upstream's, compressed, by the SHA-512 of each. */
  readonly documents: string
  /** Tarballs by their SHA-512. */
  readonly tarballs: string
  /** Of what was published with another digest alone, a SHA-1 or a SHA-256: a file of that name holds the SHA-512. */
  readonly aliases: string
  /** Of what lies elsewhere than in a registry: a file for each path of it holds its SHA-256. */
  readonly archives: string
  /** What upstream said at other paths. */
  readonly answers: string
  /** What is not whole yet. */
  readonly drafts: string
}

const FORMAT = 1

/** The folders of the mirror, in that of the service's data. DATA_FORMAT_NEWER, DATA_FOLDER_UNUSABLE. */
export function openMirrorFolder(data: string): MirrorFolder {
  const names = ['packages', 'documents', 'tarballs', 'aliases', 'archives', 'answers', 'drafts'] as const
  openDataFolder(data, { service: 'registry', format: FORMAT, folders: names.map((name) => join('mirror', name)) })
  const at = (name: (typeof names)[number]): string => join(data, 'mirror', name)
  return {
    packages: at('packages'),
    documents: at('documents'),
    tarballs: at('tarballs'),
    aliases: at('aliases'),
    archives: at('archives'),
    answers: at('answers'),
    drafts: at('drafts'),
  }
}

/** The file of a digest: a folder for each of the first two digits, so that none has a hundred thousand files. */
export function fileOf(folder: string, digest: string): string {
  return join(folder, digest.slice(0, 2), digest)
}
