/** `mochi serve` in a checkout of a test: the program that a person runs takes the checkout that its own sources stand in. */
import { createTestContext } from '../testing/test-context.ts'
import { runServe } from './serve.ts'

const [root = '', prefix = '', name] = process.argv.slice(2)
const context = createTestContext({ root, prefix, env: process.env, onWrite: (text) => process.stderr.write(text) })
process.exitCode = await runServe(context, {}, name)
