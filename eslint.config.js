export { default } from './tools/presets/src/eslint.ts'
