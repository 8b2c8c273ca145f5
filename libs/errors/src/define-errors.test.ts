import { describe, expect, expectTypeOf, test } from 'vitest'
import { MochiError, defineErrors } from './index.ts'
import type { ErrorFacts } from './index.ts'

const errors = defineErrors({
  PORT_TAKEN: {
    summary: 'Another process holds the port',
    explain: 'Stop it or choose another port.',
    message: (facts: { port: number; holder: string }) => `Port ${facts.port} is held by ${facts.holder}.`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'mochi status',
  },
  NOT_READY: { summary: 'Not ready', explain: 'Wait.', message: () => 'The service is not ready.' },
})

describe('a catalogue', () => {
  test('makes the error of a code from its facts', () => {
    const cause = new Error('EADDRINUSE')
    const error = errors.PORT_TAKEN({ port: 4873, holder: 'node', file: 'mochi.json' }, { cause })
    expect(error).toBeInstanceOf(MochiError)
    expect(error).toMatchObject({
      code: 'PORT_TAKEN',
      message: 'Port 4873 is held by node.',
      where: 'mochi.json',
      hint: 'mochi status',
      facts: { port: 4873, holder: 'node', file: 'mochi.json' },
      cause: { message: 'EADDRINUSE' },
    })
  })

  test('makes an error without facts from nothing, and sets only the parts that are defined', () => {
    expect(errors.NOT_READY().toJSON()).toEqual({
      code: 'NOT_READY',
      message: 'The service is not ready.',
      where: undefined,
      hint: undefined,
      facts: {},
    })
  })

  test('redacts facts that its words repeat', () => {
    const { LOGIN_REFUSED } = defineErrors({
      LOGIN_REFUSED: {
        summary: '',
        explain: '',
        message: (facts: { password: string }) => `${facts.password} is wrong.`,
      },
    })
    expect(LOGIN_REFUSED({ password: 'hunter2' }).message).toBe('<redacted> is wrong.')
  })

  test('lists its definitions, for `mochi --explain` and the reference', () => {
    expect(Object.keys(errors.definitions)).toEqual(['PORT_TAKEN', 'NOT_READY'])
    expect(errors.definitions.PORT_TAKEN.summary).toBe('Another process holds the port')
  })
})

test('the compiler asks for the facts of all texts together', () => {
  type Facts = ErrorFacts<(typeof errors)['definitions']['PORT_TAKEN']>
  expectTypeOf<Facts>().toExtend<{ port: number; holder: string; file: string }>()
  expectTypeOf(errors).not.toHaveProperty('PORT_FREE')
  expectTypeOf(errors.PORT_TAKEN).returns.toEqualTypeOf<MochiError>()
})

/** Never called: that these lines do not compile is the test, and `@ts-expect-error` fails where one does. */
export function refusedByTheCompiler(): void {
  // @ts-expect-error the fact `holder`, which the message needs, is missing
  errors.PORT_TAKEN({ port: 4873, file: 'mochi.json' })
  // @ts-expect-error the fact `file`, which only the place needs, is missing
  errors.PORT_TAKEN({ port: 4873, holder: 'node' })
  // @ts-expect-error the fact `port` is a number
  errors.PORT_TAKEN({ port: '4873', holder: 'node', file: 'mochi.json' })
  // @ts-expect-error no facts at all
  errors.PORT_TAKEN()
  // @ts-expect-error codes are upper case
  defineErrors({ portTaken: { summary: '', explain: '', message: () => '' } })
  // @ts-expect-error a definition explains itself
  defineErrors({ PORT_TAKEN: { summary: '', message: () => '' } })
}
