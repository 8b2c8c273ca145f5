import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { bringBack } from '../../status/plan-next.ts'
import { isDoctorDocument } from '../document.ts'
import { missing } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** Findings of the installer that this program looks at more closely itself. */
const TOLD_ELSEWHERE = ['git', 'toolchain.lock', 'toolchain.installed', 'dependencies']

/** What an installation needs (platform, downloader, digests, tar, gzip, a prefix, a registry), as the installer itself sees it. */
export async function checkPrerequisites({ root, run }: Pick<Context, 'root' | 'run'>): Promise<readonly Finding[]> {
  const installer = join(root, 'toolchain/install')
  const { stdout, stderr } = await run(installer, ['--check', '--json'], { timeout: 30_000 })
  const findings = parseFindings(stdout)
  if (findings !== undefined) return findings.filter(({ id }) => !TOLD_ELSEWHERE.includes(id)).map(judge)
  return [
    missing({
      id: 'prerequisites',
      found: `toolchain/install does not run: ${stderr.trim()}`,
      meaning: 'Nothing can be installed.',
      fix: bringBack('toolchain/install'),
    }),
  ]
}

/** Whether a registry answers is the installer's to say: it has the one rule. Without one, what is installed still works. */
function judge(finding: Finding): Finding {
  if (finding.code !== 'LAUNCHER_REGISTRY_UNREACHABLE') return finding
  return {
    ...finding,
    state: 'warn',
    meaning: 'New packages and new tools cannot be fetched; what is installed works.',
  }
}

function parseFindings(text: string): readonly Finding[] | undefined {
  try {
    const document: unknown = JSON.parse(text)
    return isDoctorDocument(document) ? document.findings : undefined
  } catch {
    return undefined
  }
}
