import { execFile } from 'node:child_process'

/** Bytes that all processes of a group have in memory, as ps (POSIX) says; 0 where there is no ps. */
export function memoryOfGroup(group: number): Promise<number> {
  return new Promise((resolve) => {
    execFile('ps', ['-A', '-o', 'pgid=,rss='], { maxBuffer: 4 * 1_048_576 }, (_error, stdout) => {
      const rows = stdout.split('\n').map((line) => line.trim().split(/ +/).map(Number))
      const own = rows.filter(([pgid]) => pgid === group)
      resolve(own.reduce((sum, [, kilobytes = 0]) => sum + kilobytes * 1_024, 0))
    })
  })
}
