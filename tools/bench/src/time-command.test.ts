import { expect, test } from 'vitest'
import { runTimed, timeCommand } from './time-command.ts'

const env = { PATH: '/usr/bin:/bin' }

test('the time of a command is the time it took', () => {
  const quick = timeCommand(['true'], { env })
  const slow = timeCommand(['sleep', '0.2'], { env })
  expect(quick).toBeGreaterThan(0)
  expect(slow).toBeGreaterThanOrEqual(199)
  expect(slow).toBeGreaterThan(quick)
})

test('a command gets its folder, its environment and no input', () => {
  const { output } = runTimed(['/bin/sh', '-c', 'cat; pwd; env'], { cwd: '/', env: { A: 'b', PATH: '/usr/bin:/bin' } })
  expect(output).toMatch(/^\/\n/)
  expect(output).toContain('A=b')
  expect(output).not.toContain('HOME=')
})

test('a failure is no measurement', () => {
  expect(() => timeCommand(['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'], { env })).toThrow(
    /ended with 3:\nout\nerr/,
  )
  expect(() => timeCommand(['/bin/sh', '-c', 'kill -9 $$'], { env })).toThrow('ended with SIGKILL')
  expect(() => timeCommand(['/nonexistent'], { env })).toThrow('ENOENT')
})
