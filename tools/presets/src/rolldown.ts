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
  output: {
    file: 'dist/main.js',
    format: 'esm',
    sourcemap: true,
    codeSplitting: false,
    cleanDir: true,
  },
})
