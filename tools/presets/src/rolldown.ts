import { isBuiltin } from 'node:module'
import { defineConfig } from 'rolldown'

/**
 * How a service is built, in its own folder: one ES module with all it needs in it, and its source map. Node's modules
 * stay outside. No path of the checkout comes into the output, so two checkouts give the same bytes.
 */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  tsconfig: false,
  external: (id) => isBuiltin(id),
  // Its main file is UMD, which asks a parameter for its parts, where no bundler sees them.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  output: {
    file: 'dist/main.js',
    format: 'esm',
    sourcemap: true,
    codeSplitting: false,
    cleanDir: true,
  },
})
