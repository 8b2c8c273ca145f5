import { expect, test } from 'vitest'
import { MochiError, formatError } from './index.ts'

test('an error is printed with its place, the next command and its code', () => {
  const error = new MochiError({
    code: 'PORT_TAKEN',
    message: 'Port 1 is held.',
    where: 'mochi.json:1:2',
    hint: './mochi status',
  })
  expect(formatError(error)).toBe(
    [
      'error: Port 1 is held.',
      '  where: mochi.json:1:2',
      '  next:  ./mochi status',
      '  code:  PORT_TAKEN (./mochi --explain PORT_TAKEN)',
    ].join('\n'),
  )
})

test('parts that are not set are left out', () => {
  const error = new MochiError({ code: 'PORT_TAKEN', message: 'Port 1 is held.', where: undefined })
  expect(formatError(error)).toBe('error: Port 1 is held.\n  code:  PORT_TAKEN (./mochi --explain PORT_TAKEN)')
})
