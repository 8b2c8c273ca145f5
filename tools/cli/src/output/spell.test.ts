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
    ['mochi and @mochi/errors', undefined],
  ])('%s is shown as %s', (text, shown = text) => {
    expect(spellCommands(text, { command: '../mochi' })).toBe(shown)
  })
})
