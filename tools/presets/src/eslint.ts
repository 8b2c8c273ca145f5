import eslint from '@eslint/js'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { findWorkspace } from './find-workspace.ts'

/** The rules of every project. Sizes are those of `docs/style.md`; typed rules see other projects through their sources. */
export default defineConfig(
  // `dist` of a project only: a room may be called so.
  { ignores: ['*/*/dist/**', '**/reports/**', '**/node_modules/**', '.nx/**', 'templates/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        // The root is no project: its own files have the base's options.
        projectService: { allowDefaultProject: ['*.config.ts'], defaultProject: 'tsconfig.base.json' },
        tsconfigRootDir: findWorkspace(import.meta.dirname),
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // `using` needs a name even where only the end of the block matters.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreUsingDeclarations: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports only; a default export has no name to search for.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'max-lines': ['error', { max: 700 }],
      'max-lines-per-function': 'off',
      // vitest types expect.stringContaining() and its kin as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // Tools that read a module's default export leave no choice.
    files: ['tools/presets/src/*.ts', '*.config.ts', 'tools/nx/src/generators/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
