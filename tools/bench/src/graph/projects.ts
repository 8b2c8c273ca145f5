/**
 * The files of `count` libraries, by path. Each depends on two made before it, so that the graph has as many edges as
 * one of people's making.
 */
export function planProjects(count: number): Record<string, string> {
  const files: Record<string, string> = {}
  for (let index = 1; index <= count; index++) {
    const folder = `libs/${nameOf(index)}`
    const dependencies = [...new Set([Math.floor(index / 2), index - 1])].filter((other) => other >= 1)
    files[`${folder}/package.json`] = `${JSON.stringify(manifestOf(index, dependencies), undefined, 2)}\n`
    files[`${folder}/tsconfig.json`] = '{ "extends": "../../tsconfig.base.json" }\n'
    files[`${folder}/src/index.ts`] = sourceOf(index, dependencies)
  }
  return files
}

function nameOf(index: number): string {
  return `made-${String(index).padStart(4, '0')}`
}

function manifestOf(index: number, dependencies: readonly number[]): object {
  return {
    name: `@mochi/${nameOf(index)}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    exports: './src/index.ts',
    nx: { name: nameOf(index) },
    dependencies: Object.fromEntries(dependencies.map((other) => [`@mochi/${nameOf(other)}`, 'workspace:*'])),
  }
}

function sourceOf(index: number, dependencies: readonly number[]): string {
  const imports = dependencies.map((other) => `import { value as value${other} } from '@mochi/${nameOf(other)}'\n`)
  const sum = [String(index), ...dependencies.map((other) => `value${other}`)].join(' + ')
  return `${imports.join('')}\nexport const value: number = ${sum}\n`
}
