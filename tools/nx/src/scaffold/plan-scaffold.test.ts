import { localdevPort } from '@mochi/names'
import { describe, expect, test } from 'vitest'
import { planScaffold } from './plan-scaffold.ts'
import type { ScaffoldRequest } from './plan-scaffold.ts'
import type { WorkspaceFacts } from './workspace-facts.ts'

const nothing: WorkspaceFacts = { projects: [], givenPorts: {}, contents: new Map() }

/** Two names whose ports follow to the same number, so that each is in the other's way. */
const [first, second] = namesWithOnePort()

describe('the plan of a new project', () => {
  test('has a file for each of the template, with its name, text and mode filled in', () => {
    const files = [
      { path: 'src/{{name}}.ts', text: 'export const name = "{{name}}"', isExecutable: false },
      { path: '.hidden', text: '{{constantName}} {{port}}', isExecutable: false },
      { path: 'bin/run', text: '{{template.name}} {{template.version}}', isExecutable: true },
    ]

    const plan = planScaffold(request({ name: 'user-profile', template: { version: 7, files } }))

    expect(plan).toEqual({
      folder: 'apps/user-profile',
      isDone: false,
      files: [
        {
          path: 'apps/user-profile/src/user-profile.ts',
          content: 'export const name = "user-profile"',
          isExecutable: false,
        },
        {
          path: 'apps/user-profile/.hidden',
          content: `USER_PROFILE ${localdevPort('user-profile')}`,
          isExecutable: false,
        },
        { path: 'apps/user-profile/bin/run', content: 'service 7', isExecutable: true },
      ],
    })
  })

  test('says that nothing is left to do when every file stands there byte for byte', () => {
    const contents = new Map([
      ['apps/foo/a', 'foo'],
      ['apps/foo/added-by-the-user', 'and not the business of the template'],
    ])

    expect(planScaffold(request({ facts: { ...nothing, contents } }))).toMatchObject({ isDone: true })
  })

  test.each([
    ['differs', [['apps/foo/a', 'edited']]],
    ['is missing', [['apps/foo/other', 'anything']]],
  ] as const)('refuses a folder in which a file %s, and names the file', (_, entries) => {
    expect(() => planScaffold(request({ facts: { ...nothing, contents: new Map(entries) } }))).toThrow(
      expect.objectContaining({
        code: 'SCAFFOLD_TARGET_EXISTS',
        message: expect.stringContaining('others: a.') as string,
      }),
    )
  })

  test.each([
    ['the folder itself is none', [['apps/foo', undefined]], 'apps/foo itself, which is no readable folder.'],
    [
      'something beside the files is none',
      [
        ['apps/foo/a', 'foo'],
        ['apps/foo/link', undefined],
      ],
      'others: link.',
    ],
  ] as const)('refuses a target of which %s', (_, entries, words) => {
    const contents = new Map<string, string | undefined>(entries)

    expect(() => planScaffold(request({ facts: { ...nothing, contents } }))).toThrow(
      expect.objectContaining({
        code: 'SCAFFOLD_TARGET_EXISTS',
        message: expect.stringContaining(words) as string,
      }),
    )
  })

  test.each(['libs', 'tools', ''])('refuses a name that a project in "%s" has', (room) => {
    const projects = [{ name: 'foo', folder: room === '' ? 'foo' : `${room}/foo` }]

    expect(() => planScaffold(request({ facts: { ...nothing, projects } }))).toThrow(
      expect.objectContaining({ code: 'SCAFFOLD_NAME_TAKEN', where: projects[0]?.folder }),
    )
  })
})

describe('the port of a new service', () => {
  test('is refused when it follows from another app’s name', () => {
    const projects = [{ name: first, folder: `apps/${first}` }]

    expect(() => planScaffold(request({ name: second, facts: { ...nothing, projects } }))).toThrow(
      expect.objectContaining({ code: 'SCAFFOLD_PORT_TAKEN', where: `apps/${first}` }),
    )
  })

  test('is free when mochi.json gives one of the two another', () => {
    const projects = [{ name: first, folder: `apps/${first}` }]

    for (const name of [first, second]) {
      const facts = { ...nothing, projects, givenPorts: { [name]: 31_000 } }
      expect(planScaffold(request({ name: second, facts })).isDone).toBe(false)
    }
  })

  test('is refused when mochi.json gives it to another app', () => {
    const projects = [{ name: 'bar', folder: 'apps/bar' }]
    const facts = { ...nothing, projects, givenPorts: { bar: localdevPort('foo') } }

    expect(() => planScaffold(request({ facts }))).toThrow(expect.objectContaining({ code: 'SCAFFOLD_PORT_TAKEN' }))
  })

  test('does not matter to a library, nor between a service and a library', () => {
    const apps = [{ name: first, folder: `apps/${first}` }]
    const libs = [{ name: first, folder: `libs/${first}` }]

    expect(planScaffold(request({ kind: 'lib', name: second, facts: { ...nothing, projects: apps } })).isDone).toBe(
      false,
    )
    expect(planScaffold(request({ name: second, facts: { ...nothing, projects: libs } })).isDone).toBe(false)
  })
})

function request(changes: Partial<ScaffoldRequest>): ScaffoldRequest {
  return {
    kind: 'service',
    name: 'foo',
    template: { version: 1, files: [{ path: 'a', text: '{{name}}', isExecutable: false }] },
    facts: nothing,
    render: (text, data) =>
      text.replace(/\{\{([\w.]+)\}\}/g, (_, path: string) =>
        String(path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], data)),
      ),
    ...changes,
  }
}

function namesWithOnePort(): [string, string] {
  const nameOf = new Map<number, string>()
  for (let count = 0; ; count += 1) {
    const name = `app${count}`
    const other = nameOf.get(localdevPort(name))
    if (other !== undefined) return [other, name]
    nameOf.set(localdevPort(name), name)
  }
}
