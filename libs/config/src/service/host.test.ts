import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { hostSchemaPath, renderHostSchema } from '../schema-file.ts'
import { loadHost } from './host.ts'

const host = { idc: 'us1', flavor: 'dev', address: '10.0.3.7', labels: { rack: 'b7' } }

async function load(value: unknown) {
  await using prefix = await createFolder({
    'etc/host.json': typeof value === 'string' ? value : JSON.stringify(value),
  })
  return await loadHost(prefix.path)
}

test('a host without a file is a laptop', async () => {
  await using prefix = await createFolder()
  expect(await loadHost(prefix.path)).toEqual({ idc: 'local', flavor: 'localdev', address: '127.0.0.1', labels: {} })
})

test('a host says where it stands, what runs on it, and how it is reached', async () => {
  expect(await load({ $schema: './host.schema.json', ...host })).toEqual(host)
  expect(await load({ ...host, labels: undefined })).toEqual({ ...host, labels: {} })
})

describe('a host file', () => {
  test.each([
    ['without an IDC', { ...host, idc: undefined }, ['object without it']],
    ['of a fourth flavor', { ...host, flavor: 'test' }, ['the text "test"']],
    ['with an unknown key', { ...host, adress: '1.2.3.4' }, ['"adress"']],
    ['with IPv6', { ...host, address: '2001:db8::7' }, ['IPv6 address "2001:db8::7"']],
    ['with an IPv4 address in IPv6', { ...host, address: '::ffff:10.0.3.7' }, ['IPv6 address']],
    ['with a name for its address', { ...host, address: 'db7.example.com' }, ['the text "db7.example.com"']],
    ['with a number too many', { ...host, address: '10.0.3.7.1' }, ['the text "10.0.3.7.1"']],
    ['with a byte too large', { ...host, address: '10.0.3.256' }, ['the text "10.0.3.256"']],
    ['with a byte that some read as octal', { ...host, address: '10.0.3.010' }, ['the text "10.0.3.010"']],
    ['with an address of nobody', { ...host, address: '0.0.0.0' }, ['which no host has']],
    ['with an address of many', { ...host, address: '224.0.0.251' }, ['which no host has']],
    ['of a server in the IDC of laptops', { ...host, idc: 'local' }, ['the IDC of every laptop']],
    [
      'with three faults',
      { ...host, address: '::1', flavor: 1, labels: { A: 2 } },
      ['number 1', '::1', '"A"', 'number 2'],
    ],
  ])('%s is refused', async (_name, value, words) => {
    const loading = load(value)
    await expect(loading).rejects.toMatchObject({ code: 'CONFIG_HOST_INVALID' })
    const { facts } = (await loading.catch((error: unknown) => error)) as { facts: { faults: { found: string }[] } }
    const found = facts.faults.map((fault) => fault.found).sort()
    expect(found).toHaveLength(words.length)
    for (const word of words) expect(found.join('\n')).toContain(word)
  })

  test('may call a laptop by its name', async () => {
    expect(await load({ ...host, idc: 'local', flavor: 'localdev' })).toMatchObject({ flavor: 'localdev' })
  })
})

test('host.schema.json is not stale: `./mochi check --fix` renders it anew', async () => {
  expect(await readFile(hostSchemaPath, 'utf8')).toBe(renderHostSchema())
})
