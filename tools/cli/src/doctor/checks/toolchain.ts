import { MEND_LOCK } from '@mochi/toolchain/lock-file'
import type { Context } from '../../context.ts'
import { probeLock } from '../../probe/lock.ts'
import type { LockState } from '../../probe/lock.ts'
import { probeToolchain } from '../../probe/toolchain.ts'
import type { ToolchainState } from '../../probe/toolchain.ts'
import { LOCK_MENDS } from '../../status/plan-next.ts'
import { missing, ok, warn } from '../finding.ts'
import type { Finding } from '../finding.ts'

/** Whether the wanted generation is installed, is the one of new shells, and is what this shell runs. */
export async function checkToolchain(context: Context): Promise<readonly Finding[]> {
  const [state, lock] = await Promise.all([probeToolchain(context), probeLock(context)])
  // A lock that cannot be read at all is told by the first.
  return state.wanted === undefined ? judgeToolchain(state) : [...judgeToolchain(state), judgeLock(lock)]
}

export function judgeLock(lock: LockState): Finding {
  const id = 'toolchain.lock'
  if (lock.state === 'whole') return ok(id, 'whole, and as toolchain.json asks')
  const found = `${lock.state}: ${lock.reason}`
  const fix = LOCK_MENDS[lock.state]
  if (lock.state === 'damaged') return missing({ id, found, meaning: 'No toolchain can be installed from it.', fix })
  return warn({ id, found, meaning: 'The tools are those of the lock.', fix })
}

export function judgeToolchain(state: ToolchainState): readonly Finding[] {
  const { wanted, installed } = state
  if (wanted === undefined)
    return [
      missing({
        id: 'toolchain.lock',
        found: 'toolchain/toolchain.lock cannot be read',
        meaning: 'Nothing says which tools this checkout wants.',
        fix: MEND_LOCK,
      }),
    ]
  if (installed === undefined)
    return [
      missing({
        id: 'toolchain.installed',
        found: `generation ${wanted} is not installed`,
        meaning: 'The pinned node, npm and pnpm are not there.',
        fix: './mochi setup',
      }),
      judgePath(state),
    ]
  return [
    ok('toolchain.installed', `generation ${wanted} in ${installed.prefix}`),
    judgeCurrent(state, installed.prefix),
    judgePath(state),
  ]
}

function judgeCurrent({ current, wanted }: ToolchainState, prefix: string): Finding {
  const id = 'toolchain.current'
  if (current) return ok(id, `${prefix}/env/current leads to ${wanted ?? ''}`)
  return warn({
    id,
    found: `${prefix}/env/current leads to another generation`,
    meaning:
      'Shells that start with the line in their start file use the tools of another checkout or of another time.',
    fix: 'toolchain/install',
  })
}

function judgePath({ onPath, nodeOnPath }: ToolchainState): Finding {
  const id = 'toolchain.path'
  if (onPath) return ok(id, `node is ${nodeOnPath ?? ''}`)
  const fix = 'eval "$(./mochi env)", and for good: ./mochi toolchain profile add'
  if (nodeOnPath === undefined)
    return warn({
      id,
      found: 'the tools are not on PATH',
      meaning: 'npx and node work through ./mochi exec only.',
      fix,
    })
  return warn({
    id,
    found: `another node comes first on PATH: ${nodeOnPath}`,
    meaning: 'npx nx stops and names the pinned Node; ./mochi always uses the pinned one.',
    fix,
  })
}
