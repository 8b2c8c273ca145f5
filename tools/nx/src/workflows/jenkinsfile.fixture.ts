/** A block of a Jenkinsfile: `stage('Check') { … }` has the heading `stage('Check')`, and what stands inside. */
export type Block = { heading: string; inner: readonly Block[]; text: string }

/** The sections of Jenkins' declarative pipelines that our file may use, and where: "Pipeline Syntax" of its handbook. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  '': ['pipeline', 'def'],
  pipeline: ['agent', 'options', 'triggers', 'environment', 'stages', 'post'],
  stages: ['stage'],
  stage: ['agent', 'environment', 'when', 'steps', 'post'],
  post: ['always', 'success', 'failure', 'cleanup'],
  steps: ['script'],
  always: ['script'],
}

/**
 * Reads the blocks of a Jenkinsfile. It is no parser of Groovy: it knows comments, strings and brackets, refuses brackets that
 * do not match and strings without an end, and refuses a block where declarative pipelines have none of that name.
 */
export function parseJenkinsfile(text: string): Block {
  const root = readBlocks(blank(text), text)
  for (const fault of faultsOf(root)) throw new Error(fault)
  return root
}

/** The commands of `sh '…'` in a block, in the order in which they stand there. */
export function shellCommands({ text }: Block): string[] {
  return [...text.matchAll(/\bsh '([^']*)'/g)].map(([, command = '']) => command)
}

/** The block that a path of headings leads to, each in full or its first word alone. */
export function blockAt(root: Block, ...path: readonly string[]): Block {
  let block = root
  for (const step of path) {
    const found = block.inner.find(({ heading }) => heading === step || firstWord(heading) === step)
    if (found === undefined) throw new Error(`There is no block ${step} in ${block.heading}`)
    block = found
  }
  return block
}

/** The same text with a blank for each character of a comment or a string, so that only code has brackets. */
function blank(text: string): string {
  const blanked = text.replaceAll(/\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    ' '.repeat(found.length),
  )
  const left = /['"]|\/\*/.exec(blanked)
  if (left !== null) throw new Error(`A string without end, or a comment of another form, at character ${left.index}`)
  return blanked
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }

type Open = { bracket: string; start: number; inner: Block[] }

function readBlocks(code: string, text: string): Block {
  const root: Open = { bracket: '', start: 0, inner: [] }
  const open = [root]
  for (const { 0: bracket, index } of code.matchAll(/[{}()[\]]/g)) {
    if (bracket in CLOSING) {
      open.push({ bracket, start: index, inner: [] })
      continue
    }
    const last = open.pop() ?? root
    if (CLOSING[last.bracket] !== bracket) throw new Error(`A bracket too many at character ${index}`)
    const around = open.at(-1) ?? root
    if (bracket !== '}') around.inner.push(...last.inner)
    else
      around.inner.push({
        heading: headingOf(last.start, text),
        inner: last.inner,
        text: text.slice(last.start + 1, index),
      })
  }
  if (open.length > 1) throw new Error(`${open.length - 1} brackets are never closed`)
  return { heading: '', inner: root.inner, text }
}

/** What stands before a bracket in its line. */
function headingOf(start: number, text: string): string {
  return text.slice(text.lastIndexOf('\n', start) + 1, start).trim()
}

function faultsOf({ heading, inner }: Block): string[] {
  const allowed = ALLOWED[firstWord(heading)]
  if (allowed === undefined) return []
  const odd = inner.filter((block) => !allowed.includes(firstWord(block.heading)))
  const here = odd.map((block) => `There is no ${block.heading} in ${heading === '' ? 'a Jenkinsfile' : heading}`)
  return [...here, ...inner.flatMap(faultsOf)]
}

function firstWord(heading: string): string {
  return /^\w*/.exec(heading)?.[0] ?? ''
}
