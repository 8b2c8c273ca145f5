import { expect, test } from 'vitest'
import { createInbox } from './inbox.ts'

test('what has arrived is found at once, the first that fits', async () => {
  const inbox = createInbox<number>()
  for (const item of [1, 4, 6]) inbox.push(item)
  expect(await inbox.waitFor((item) => item % 2 === 0)).toBe(4)
  expect(inbox.items).toEqual([1, 4, 6])
})

test('what is still to come is waited for, by several at once', async () => {
  const inbox = createInbox<string>()
  const seen: string[] = []
  const waiting = [
    inbox.waitFor((item) => item === 'b').then((item) => seen.push(item)),
    inbox.waitForCount(3).then((items) => seen.push(items.join())),
  ]
  inbox.push('a')
  await Promise.resolve()
  expect(seen).toEqual([])
  for (const item of ['b', 'c']) inbox.push(item)
  await Promise.all(waiting)
  expect(seen.sort()).toEqual(['a,b,c', 'b'])
})

test('undefined can be an item', async () => {
  const inbox = createInbox<string | undefined>()
  inbox.push('before')
  inbox.push(undefined)
  await expect(inbox.waitFor((item) => item === undefined)).resolves.toBe(undefined)
})
