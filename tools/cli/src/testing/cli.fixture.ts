/** The command line in a checkout of a test: the program that a person runs takes the checkout that its own sources stand in. */
import { runCli } from '../run-cli.ts'
import { createTestContext } from './test-context.ts'

const [root = '', prefix = '', ...args] = process.argv.slice(2)
const context = createTestContext({ root, prefix, env: process.env, onWrite: (text) => process.stderr.write(text) })
process.exitCode = await runCli(args, context, '0')
