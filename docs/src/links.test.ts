import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { findBrokenLinks } from './links.ts'

test('a link to a file or a heading that does not exist is named with its place', async () => {
  await using folder = await createFolder({
    'README.md': '# One\n\n[gone](docs/gone.md)\n[no such heading](docs/a.md#no)\n[here](#two)\n',
    'docs/a.md': '# Yes\n\n[out](../../elsewhere.md)\n',
  })
  expect(findBrokenLinks(folder.path, ['README.md', 'docs/a.md'])).toEqual([
    'README.md:3: docs/gone.md does not exist',
    'README.md:4: docs/a.md#no names a heading that the page does not have',
    'README.md:5: #two names a heading that the page does not have',
    'docs/a.md:3: ../../elsewhere.md leads out of the repository',
  ])
})

test('files, folders, headings and addresses that can be followed are fine', async () => {
  await using folder = await createFolder({
    'README.md': '# One two\n\n[a](docs/a.md#yes) [b](docs/) [c](#one-two) [d](https://host.example/x) [e](LICENSE)\n',
    LICENSE: '',
    'docs/a.md': '# Yes\n\n[up](../README.md)\n',
  })
  expect(findBrokenLinks(folder.path, ['README.md', 'docs/a.md'])).toEqual([])
})
