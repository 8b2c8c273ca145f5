import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import all from './eslint.ts'

/**
 * The rules that need no types, for the commit hook: reading the types of a project alone takes longer than anyone waits
 * for a commit. `nx lint` has the last word.
 */
export default defineConfig(
  all,
  { files: ['**/*.ts'], extends: [tseslint.configs.disableTypeChecked] },
  // A suppression of a rule that asks for types suppresses nothing here.
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
)
