import { resolve } from 'node:path'
import { check } from 'prettier'
import { beforeAll, describe, expect, test } from 'vitest'
import { collectErrors } from '../explain/catalogues.ts'
import { groups } from '../groups.ts'
import { renderReferences } from './index.ts'

const workspace = resolve(import.meta.dirname, '../../../..')
let pages: Readonly<Record<string, string>>

beforeAll(async () => {
  pages = await renderReferences()
})

describe('The generated reference', () => {
  test('has one page of commands and one of errors', () => {
    expect(Object.keys(pages)).toEqual(['docs/reference/cli.md', 'docs/reference/errors.md'])
  })

  test('shows every command that help shows, and no other', () => {
    const page = pages['docs/reference/cli.md'] ?? ''
    for (const name of groups.flatMap(({ commands }) => Object.keys(commands)))
      expect(page).toMatch(new RegExp(`^### \`mochi ${name}[ \`]`, 'm'))
    expect(page).toContain('### `mochi toolchain profile add`')
    expect(page).not.toContain('__complete')
  })

  test('explains every code once', async () => {
    const headings = [...(pages['docs/reference/errors.md'] ?? '').matchAll(/^### (\S+)$/gm)].map(([, code]) => code)
    const codes = (await collectErrors(workspace)).map(({ code }) => code)
    expect(headings.toSorted()).toEqual(codes.toSorted())
  })

  test('passes the format check, so that generator and formatter never disagree', async () => {
    for (const [path, text] of Object.entries(pages)) {
      const options = { filepath: path, printWidth: 120, proseWrap: 'preserve' } as const
      expect(await check(text, options), path).toBe(true)
    }
  })

  test('is the same each time, and knows nothing of this machine', async () => {
    expect(await renderReferences()).toEqual(pages)
    expect(Object.values(pages).join('')).not.toContain(workspace)
  })
})
