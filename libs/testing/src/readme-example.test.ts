import { expect, test } from 'vitest'
import { createFolder } from './folder.ts'
import { runReadmeExample } from './readme-example.ts'

const manifest = '{ "name": "@x/part", "type": "module", "exports": "./part.js" }'
const project = { 'package.json': manifest, 'part.js': 'export const part = (n) => `part ${n}`\n' }

const IMPORT = "```ts\nimport { part } from '@x/part'\n"

test('an example runs as one who imports the project, and says in comments what it prints', async () => {
  const readme = `${IMPORT}const n: number = 1\nconsole.log(part(n)) // part 1\nconsole.log(part(2)) // part 3\n\`\`\`\n`
  await using folder = await createFolder({ ...project, 'README.md': readme })
  expect(await runReadmeExample(folder.path)).toMatchObject({
    code: 0,
    stdout: 'part 1\npart 2\n',
    promised: 'part 1\npart 3\n',
  })
})

test('or in a block of text below', async () => {
  const readme = `${IMPORT}console.log(part(1)) // not this\n\`\`\`\n\nprints\n\n\`\`\`text\npart 1\n\`\`\`\n`
  await using folder = await createFolder({ ...project, 'README.md': readme })
  expect(await runReadmeExample(folder.path)).toMatchObject({ code: 0, stdout: 'part 1\n', promised: 'part 1\n' })
})

test('one that fails has its exit code and what it said', async () => {
  const readme = `${IMPORT}console.log(part(1)) // part 1\nthrow new Error('no such thing')\n\`\`\`\n`
  await using folder = await createFolder({ ...project, 'README.md': readme })
  const { code, stderr } = await runReadmeExample(folder.path)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no such thing') as string })
})

test.each([
  ['no example', 'Words.\n'],
  ['an example that says nothing of what it prints', `${IMPORT}console.log(part(1))\n\`\`\`\n`],
])('a README with %s is refused', async (_name, readme) => {
  await using folder = await createFolder({ ...project, 'README.md': readme })
  await expect(runReadmeExample(folder.path)).rejects.toThrow('has no example that says what it prints')
})
