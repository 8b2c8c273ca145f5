import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { Header } from 'tar'

/** A member of a made-up archive, exactly as written: nothing is cleaned, so that an evil archive can be made. */
export type Member = {
  name: string
  text?: string
  mode?: number
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link'
  /** What a link leads to. */
  target?: string
}

/** A gzip'ed tar of these members, in their order. */
export function packTarball(members: readonly Member[]): Buffer {
  return gzipSync(Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(1024)]))
}

/** The members of a package as npm publishes it: files below `package/`, those in `bin/` executable. */
export function packageMembers(files: Readonly<Record<string, string>>, top = 'package'): Member[] {
  return Object.entries(files).map(([name, text]) => ({ name: `${top}/${name}`, text }))
}

function blocksOf(member: Member): Buffer[] {
  const content = Buffer.from(member.text ?? '')
  const block = Buffer.alloc(512)
  const header = new Header({
    path: member.name,
    size: content.length,
    type: member.type ?? 'File',
    mode: member.mode ?? 0o644,
    linkpath: member.target ?? '',
    uid: 0,
    gid: 0,
    mtime: new Date(0),
  })
  header.encode(block)
  return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
}
