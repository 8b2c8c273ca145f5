import { expect, test } from 'vitest'
import { keepSecret, MochiError, redact } from './index.ts'

test('a secret that was kept goes from every text, as it is and as JSON and URLs write it', () => {
  const secret = 'a "word"/with signs'
  const text = `${secret} ${JSON.stringify(secret)} ${encodeURIComponent(secret)}`
  expect(redact(text)).toBe(text)
  keepSecret(secret)
  expect(redact(text)).toBe('<redacted> "<redacted>" <redacted>')
})

test('an error that is made later does not repeat it', () => {
  keepSecret('plain-words-only')
  const error = new MochiError({ code: 'X', message: 'got plain-words-only', facts: { found: 'plain-words-only' } })
  expect(JSON.stringify(error)).not.toContain('plain-words')
})

test('of two secrets the longer goes first, or the rest of it would stay', () => {
  keepSecret('inner-part')
  keepSecret('outer-inner-part-outer')
  expect(redact('outer-inner-part-outer')).toBe('<redacted>')
})

test('one that is shorter than three characters would take every word apart, and stays', () => {
  keepSecret('')
  keepSecret('ab')
  expect(redact('about')).toBe('about')
})
