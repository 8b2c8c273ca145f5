import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from 'rolldown'
import type { Plugin } from 'rolldown'

/** The pages of Verdaccio, which it serves from the folder `static` beside this module. */
const PAGES = /[\\/]@verdaccio[\\/]ui-theme[\\/]index\.js$/

/** Brings the files along that a module reads beside itself: they come beside the bundle. */
const pages: Plugin = {
  name: 'mochi:pages',
  load: {
    filter: { id: PAGES },
    handler(id) {
      const folder = join(dirname(id), 'static')
      for (const name of readdirSync(folder).toSorted())
        this.emitFile({ type: 'asset', fileName: `static/${name}`, source: readFileSync(join(folder, name)) })
      return null
    },
  },
}

/**
 * How a service is built, in its own folder: one ES module with all it needs in it, and its source map. Node's modules
 * stay outside. No path of the checkout comes into the output, so two checkouts give the same bytes.
 */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  tsconfig: false,
  // The registry has a logger of its own for whoever asks for this one while it runs.
  external: (id) => isBuiltin(id) || id === '@verdaccio/logger',
  // CommonJS modules ask where they are.
  transform: { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
  plugins: [pages],
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
