import { createRandom } from '@mochi/testing'

/** How large a history is made. */
export type HistorySizes = { readonly commits: number; readonly files: number; readonly tags: number }

/**
 * A history for `git fast-import`: commits that change a few lines of one of many files each, and tags all along it. The same for the same
 * sizes.
 */
export function* makeHistory({ commits, files, tags }: HistorySizes): Generator<string> {
  const random = createRandom(1)
  const texts = Array.from({ length: files }, () => Array.from({ length: 60 }, () => line(random.integer(0, 2 ** 40))))
  const every = Math.max(1, Math.floor(commits / tags))
  for (let number = 1; number <= commits; number += 1) {
    const file = random.integer(0, files - 1)
    const text = texts[file] ?? []
    for (let edits = 0; edits < 3; edits += 1) text[random.integer(0, 59)] = line(random.integer(0, 2 ** 40))
    yield commit(number, `src/part-${file % 50}/file-${file}.ts`, `${text.join('\n')}\n`)
    if (number % every === 0) yield `reset refs/tags/v${number / every}\nfrom refs/heads/main\n\n`
  }
}

/** One more commit on top of what is there. */
export function makeNews(number: number): string {
  return commit(number, 'news', `news ${number}\n`).replace('\nM ', '\nfrom refs/heads/main^0\nM ')
}

function commit(number: number, path: string, text: string): string {
  const [words, time] = [`change ${number}`, 1_700_000_000 + number * 60]
  return [
    'commit refs/heads/main',
    `committer Made <made@example.com> ${time} +0000`,
    `data ${words.length}\n${words}`,
    `M 100644 inline ${path}`,
    `data ${Buffer.byteLength(text)}\n${text}`,
    '',
  ].join('\n')
}

function line(number: number): string {
  return `const ${number.toString(36)} = make(${number % 9_999}, '${(number * 7).toString(36)}')`
}
