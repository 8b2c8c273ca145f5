import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { missing, ok } from '../finding.ts'
import type { Finding } from '../finding.ts'

type Row = { name: string; ok: boolean; message: string; where?: string; next?: string }

/** Rows of the installer that this program looks at more closely itself. */
const TOLD_ELSEWHERE = ['git', 'toolchain', 'registry']

/** What an installation needs (platform, downloader, digests, tar, gzip, a prefix), as the installer itself sees it. */
export async function checkPrerequisites({ root, run }: Pick<Context, 'root' | 'run'>): Promise<readonly Finding[]> {
  const installer = join(root, 'toolchain/install')
  const { stdout, stderr } = await run(installer, ['--check', '--json'], { timeout: 30_000 })
  const rows = parseRows(stdout)
  if (rows === undefined)
    return [
      missing({
        id: 'prerequisites',
        found: `toolchain/install does not run: ${stderr.trim()}`,
        meaning: 'Nothing can be installed.',
        fix: 'git restore toolchain',
      }),
    ]
  return rows.filter(({ name }) => !TOLD_ELSEWHERE.includes(name)).map(judgeRow)
}

function judgeRow({ name, ok: fine, message, where, next }: Row): Finding {
  if (fine) return ok(name, message)
  const found = where === undefined || where === '' ? message : `${message} (${where})`
  return missing({ id: name, found, meaning: 'The toolchain cannot be installed.', ...(next ? { fix: next } : {}) })
}

function parseRows(text: string): readonly Row[] | undefined {
  try {
    return (JSON.parse(text) as { checks: readonly Row[] }).checks
  } catch {
    return undefined
  }
}
