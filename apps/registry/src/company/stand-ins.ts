import { registerHooks } from 'node:module'

const SCHEME = 'mochi-stand-in:'

/**
 * Makes these objects what this thread gets when it asks for modules of these names. Verdaccio finds plugins by their names alone and
 * takes no logger; files for them would have to stand beside a bundle that is one file.
 */
export function standIn(modules: Readonly<Record<string, unknown>>): void {
  const key = Symbol.for(SCHEME)
  Object.assign(globalThis, { [key]: modules })
  registerHooks({
    resolve: (specifier, context, next) =>
      Object.hasOwn(modules, specifier)
        ? { url: SCHEME + specifier, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) => {
      if (!url.startsWith(SCHEME)) return next(url, context)
      const name = JSON.stringify(url.slice(SCHEME.length))
      const source = `module.exports = globalThis[Symbol.for('${SCHEME}')][${name}]`
      return { format: 'commonjs', source, shortCircuit: true }
    },
  })
}
