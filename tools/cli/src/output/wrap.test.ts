import { describe, expect, test } from 'vitest'
import { paint } from './color.ts'
import { cutLine, fillParagraphs, wrapLines } from './wrap.ts'

describe('Lines that are wider than the terminal', () => {
  test.each([
    ['go on where they began', '  one two three four five six', ['  one two three four five', '  six']],
    [
      'go on under their last column',
      '  -h  one two three four five six seven',
      ['  -h  one two three four', '      five six seven'],
    ],
    [
      'go on a little indented where that column has no room',
      '     [--platform]  one two three',
      ['     [--platform]  one two', '         three'],
    ],
    ['keep a word that is wider', `short ${'x'.repeat(40)} short`, ['short', 'x'.repeat(40), 'short']],
  ])('%s', (_name, line, lines) => {
    expect(wrapLines(`as it is\n${line}\n`, 26).split('\n')).toEqual(['as it is', ...lines, ''])
  })

  test('are measured without their colours', () => {
    const line = `${paint({ color: true }, 'bold', 'one')} two three`
    expect(wrapLines(line, 13)).toBe(line)
  })
})

test('Paragraphs are filled whatever their lines were; lists and code stay as they are', () => {
  const text = [
    'one two',
    'three four five',
    '',
    '- an item',
    '- another',
    '',
    '    code',
    '',
    '1. first',
    '2. second',
  ].join('\n')
  expect(fillParagraphs(text, 14)).toBe(
    ['one two three', 'four five', '', '- an item', '- another', '', '    code', '', '1. first', '2. second'].join(
      '\n',
    ),
  )
})

test('A line that is cut ends with an ellipsis where the terminal ends, and its colours end too', () => {
  const [red, green] = [paint({ color: true }, 'red', 'one'), paint({ color: true }, 'green', 'two')]
  const visible = cutLine(`${red} ${green} three`, 6)
  expect(visible).toBe('\u001b[31mone\u001b[39m \u001b[32mt…\u001b[39m')
  expect(cutLine(`${red} ${green}`, 7)).toBe(`${red} ${green}`)
  expect(cutLine('abcdef', 4)).toBe('abc…')
})
