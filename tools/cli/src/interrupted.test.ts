import { startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { exitCodeOf } from './interrupted.ts'
import type { EndSignal } from './interrupted.ts'

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'the first %s ends nothing by itself and is told, the second one ends the program',
  async (signal, code) => {
    await using program = startProgram()
    await program.waitFor('waits')
    program.kill(signal)
    await program.waitFor(`told ${signal} ${code}`)
    program.kill(signal)
    expect(await program.ended).toMatchObject({ signal })
  },
)

test('what was not asked for ends the program as ever', async () => {
  await using program = startProgram(['SIGINT'])
  await program.waitFor('waits')
  program.kill('SIGTERM')
  expect(await program.ended).toMatchObject({ signal: 'SIGTERM' })
})

test('codes are those of a shell', () => {
  expect(exitCodeOf(AbortSignal.abort('SIGTERM'))).toBe(143)
})

function startProgram(signals: readonly EndSignal[] = ['SIGINT', 'SIGTERM']) {
  const module = JSON.stringify(new URL('interrupted.ts', import.meta.url).href)
  const source = `
    import { exitCodeOf, interrupted } from ${module}
    const signal = interrupted(${JSON.stringify(signals)})
    signal.addEventListener('abort', () => console.log('told', signal.reason, exitCodeOf(signal)))
    setInterval(() => undefined, 60_000)
    console.log('waits')`
  return startProcess(process.execPath, ['--input-type=module', '--eval', source])
}
