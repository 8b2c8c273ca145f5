import { runProcess } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'

/**
 * Runs a module's text in a node of its own that sees `folder` as a container sees what its image holds: writable, and
 * with folders that cannot be renamed. Nothing that it does there stays. Needs `requireSmallDisk`.
 */
export function runOnOverlay(at: { folder: string; scratch: string }, module: string): Promise<Outcome> {
  const script = [
    'mount -t tmpfs mochi-test "$2" && mkdir "$2/upper" "$2/work"',
    'mount -t overlay -o "redirect_dir=off,lowerdir=$1,upperdir=$2/upper,workdir=$2/work" mochi-test "$1"',
    'shift 2 && exec "$@"',
  ].join(' && ')
  const node = [process.execPath, '--input-type=module', '--eval', module]
  return runProcess('unshare', ['--mount', 'sh', '-c', script, 'sh', at.folder, at.scratch, ...node])
}
