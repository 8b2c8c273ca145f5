export type NamedInputs = Readonly<Record<string, readonly unknown[]>>

/**
 * What makes a target run again, a line each. Named inputs of nx.json are told in full where they are first met, so that
 * nobody has to look them up.
 */
export function describeInputs(inputs: readonly unknown[], named: NamedInputs): readonly string[] {
  const lines = inputs.flatMap((input) => describeInput(input, named))
  return [...new Set([...lines.filter((line) => !isException(line)), ...lines.filter(isException)])]
}

function describeInput(input: unknown, named: NamedInputs): readonly string[] {
  if (typeof input === 'string') return describeText(input, named)
  if (typeof input !== 'object' || input === null) return [JSON.stringify(input)]
  return [describeObject(input as Record<string, unknown>)]
}

function describeText(input: string, named: NamedInputs): readonly string[] {
  if (input.startsWith('^')) return [`${input.slice(1)} files of the projects it imports`]
  const nested = named[input]
  if (nested !== undefined) return nested.flatMap((part) => describeInput(part, named))
  const excluded = input.startsWith('!')
  const path = input.replace(/^!/, '')
  const words = WHOLE[path] ?? path.replace(/^\{(?:workspace|project)Root\}\//, '')
  return [excluded ? `${EXCEPT}${words}` : words]
}

const WHOLE: Readonly<Record<string, string>> = {
  '{projectRoot}/**/*': 'every file of the project',
  '{workspaceRoot}/**/*': 'every file of the workspace',
}

const EXCEPT = 'but not '

function isException(line: string): boolean {
  return line.startsWith(EXCEPT)
}

function describeObject(input: Record<string, unknown>): string {
  const list = (value: unknown): string => (Array.isArray(value) ? value : [value]).map(String).join(', ')
  if ('externalDependencies' in input) return `the installed version of ${list(input['externalDependencies'])}`
  if ('input' in input && 'projects' in input) return `${list(input['input'])} files of ${list(input['projects'])}`
  if ('runtime' in input) return `the output of \`${list(input['runtime'])}\``
  if ('env' in input) return `the variable ${list(input['env'])}`
  if ('fileset' in input) return list(input['fileset'])
  if ('dependentTasksOutputFiles' in input)
    return `what the targets it waits for wrote: ${list(input['dependentTasksOutputFiles'])}`
  return JSON.stringify(input)
}
