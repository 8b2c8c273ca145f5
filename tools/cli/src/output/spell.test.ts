import { join } from 'node:path'
import { runProcess, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { commandOf, spellCommands } from './spell.ts'

describe('The name that the user types', () => {
  test.each([
    [undefined, './mochi'],
    ['', './mochi'],
    ['mochi', 'mochi'],
    ['../../mochi', '../../mochi'],
    ['/home/ada/code/mochi', '/home/ada/code/mochi'],
    ['/home/ada/my code/mochi', './mochi'],
    ["/it's/mochi", './mochi'],
    ['-$&\n', './mochi'],
    ['a\u001b[2Jb', './mochi'],
  ])('of MOCHI_COMMAND=%j is %s', (MOCHI_COMMAND, command) => {
    expect(commandOf({ MOCHI_COMMAND })).toBe(command)
  })
})

describe('A text', () => {
  test.each([
    ['./mochi setup', '../mochi setup'],
    ['eval "$(./mochi env)", and `./mochi`.', 'eval "$(../mochi env)", and `../mochi`.'],
    ['X=1 ./mochi toolchain …, or (./mochi --explain A)', 'X=1 ../mochi toolchain …, or (../mochi --explain A)'],
    ['checkout /a/./mochi, ./mochi.json, ./mochi/x and ./mochi-2', undefined],
    ["rm -rf '/a/sub/./mochi-tools/env' '/a/./mochi'", undefined],
    ['MOCHI_PREFIX=./mochi -./mochi ../mochi x./mochi ./mochi./mochi', undefined],
    ['then\n./mochi\tdoctor; ./mochi.', 'then\n../mochi\tdoctor; ../mochi.'],
    ['mochi and @mochi/errors', undefined],
  ])('%j is shown as %j, by this program and by the scripts', async (text, shown = text) => {
    expect(spellCommands(text, { command: '../mochi' })).toBe(shown)
    const script = '. "$0"; as_called "$1"'
    const scripts = join(workspaceRoot, 'toolchain/lib/messages.sh')
    const env = { ...process.env, MOCHI_COMMAND: '../mochi' }
    expect((await runProcess('sh', ['-c', script, scripts, text], { env })).stdout).toBe(shown)
  })
})
