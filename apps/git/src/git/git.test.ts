import { Final } from '@mochi/mirror'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { Git } from './git.ts'
import { fakeGit } from './git.fixture.ts'
import { GitFault } from './git-fault.ts'
import { requireGit } from './require-git.ts'

test('git is told nothing of what the machine has configured, and asks nobody', async () => {
  await using fake = await fakeGit('env')
  const { stdout } = await fake.git.run({ args: ['x'] })

  expect(stdout).toContain('GIT_TERMINAL_PROMPT=0')
  expect(stdout).toContain('GIT_CONFIG_GLOBAL=/dev/null')
  expect(stdout).not.toMatch(/GIT_DIR|GIT_CONFIG_COUNT/)
})

describe('it is ended with all it has started', () => {
  test.each([
    ['after its deadline', { deadline: 300 }, GitFault, 'git had not ended after 0.3 s'],
    ['when it says too much', { output: 1_000 }, Final, 'git says more than is read'],
    ['when somebody who watches says so', { watch: () => Promise.resolve('enough') }, Final, 'enough'],
    ['when it takes too much memory', { memory: 1 }, Final, 'git wants more memory for it than 0 MB (memoryLimit)'],
  ] as const)('%s', async (_when, limits, kind, message) => {
    // Whoever waits for its output waits for the sleep too, unless that is ended with it.
    await using fake = await fakeGit('output' in limits ? 'yes & wait' : 'sleep 600 & wait')
    const fault = await fake.git.run({ args: ['x'], ...limits }).catch((error: unknown) => error)

    expect(fault).toBeInstanceOf(kind)
    expect((fault as Error).message).toBe(message)
  })

  test('when the run ends', async () => {
    await using fake = await fakeGit('sleep 600 & echo $!; wait')
    const end = new AbortController()
    const watch = async (): Promise<undefined> => {
      end.abort(new Error('stop'))
      return Promise.resolve(undefined)
    }
    const running = fake.git.run({ args: ['x'], signal: end.signal, watch })

    await expect(running).rejects.toThrow('stop')
  })
})

test('a fault has the words of git, in one line and without a password', async () => {
  await using fake = await fakeGit(
    'echo "Counting: 5%" >&2; echo "fatal: no https://ann:secret99@example.com/a" >&2; exit 128',
  )

  await expect(fake.git.run({ args: ['fetch'] })).rejects.toThrow(
    /^fatal: no https:\/\/(?!ann:secret99)\S*@example.com\/a$/,
  )
})

test('a fault without words has a sentence', async () => {
  await using fake = await fakeGit('exit 3')

  await expect(fake.git.run({ args: ['fetch'] })).rejects.toThrow('git fetch has failed without a word')
})

describe('the service does not start', () => {
  test('without git', async () => {
    await using folder = await createFolder()

    await expect(requireGit(new Git({ PATH: folder.path }))).rejects.toThrow(
      expect.objectContaining({ code: 'GIT_MISSING' }),
    )
  })

  test('with an old git', async () => {
    await using fake = await fakeGit('echo git version 2.29.3')

    await expect(requireGit(fake.git)).rejects.toThrow(expect.objectContaining({ code: 'GIT_TOO_OLD' }))
  })

  test('and starts with a new one', async () => {
    await using fake = await fakeGit('echo git version 3.0.1')

    await requireGit(fake.git)
  })
})
