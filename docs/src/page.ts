import GithubSlugger from 'github-slugger'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'

type Root = ReturnType<typeof fromMarkdown>
type Nodes = Root | Root['children'][number]
type Code = Extract<Nodes, { type: 'code' }>

/** One command of a page, and what the page says it prints. */
export type Step = {
  /** The line of the page where the command stands, from 1. */
  readonly line: number
  readonly command: string
  /** The lines below the command; `…` stands for anything. */
  readonly expected: readonly string[]
  /** `fails`: the page shows an error, so a command that succeeds is a mismatch. `runs`: it serves until it is stopped. */
  readonly kind: 'succeeds' | 'fails' | 'runs'
}

export type Link = { readonly line: number; readonly target: string }

/** What the checks need of a Markdown file. */
export type Page = {
  readonly steps: readonly Step[]
  /** Why nothing on the page is replayed: the text of `<!-- not replayed: reason -->`. */
  readonly notReplayed: string | undefined
  readonly links: readonly Link[]
  /** The anchors that a link to this page can name, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
}

/** Words that may follow the fence's `console`: they speak of the block's last command. */
const KINDS: Readonly<Record<string, Step['kind']>> = { fails: 'fails', runs: 'runs' }

/** Reads a Markdown page. Throws with the line when a console block is not a transcript. */
export function parsePage(text: string): Page {
  const nodes = flatten(fromMarkdown(text))
  const slugger = new GithubSlugger()
  return {
    steps: nodes
      .filter((node) => node.type === 'code')
      .filter((node) => node.lang === 'console')
      .flatMap(stepsOf),
    notReplayed: nodes
      .filter((node) => node.type === 'html')
      .map((node) => /<!-- not replayed: (.+?) -->/s.exec(node.value)?.[1])
      .find((reason) => reason !== undefined),
    links: nodes
      .filter((node) => node.type === 'link' || node.type === 'image' || node.type === 'definition')
      .map((node) => ({ line: lineOf(node), target: node.url })),
    anchors: new Set(nodes.filter((node) => node.type === 'heading').map((node) => slugger.slug(toString(node)))),
  }
}

function flatten(root: Root): Nodes[] {
  const nodes: Nodes[] = []
  const visit = (node: Nodes): void => {
    nodes.push(node)
    if ('children' in node) node.children.forEach(visit)
  }
  visit(root)
  return nodes
}

function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 0
}

/** `$ ` begins a command, `> ` continues it, all else is output. */
function stepsOf(block: Code): Step[] {
  const steps: { line: number; command: string; expected: string[]; kind: Step['kind'] }[] = []
  for (const [index, text] of block.value.split('\n').entries()) {
    const line = lineOf(block) + 1 + index
    const last = steps.at(-1)
    if (text.startsWith('$ ')) steps.push({ line, command: text.slice(2), expected: [], kind: 'succeeds' })
    else if (last === undefined) throw new Error(`line ${line}: a console block begins with a command: "$ command"`)
    else if (text.startsWith('> ') && last.expected.length === 0) last.command += `\n${text.slice(2)}`
    else last.expected.push(text)
  }
  const last = steps.at(-1)
  if (last !== undefined) last.kind = kindOf(block)
  return steps
}

function kindOf(block: Code): Step['kind'] {
  if (block.meta === null || block.meta === undefined) return 'succeeds'
  const kind = KINDS[block.meta]
  if (kind !== undefined) return kind
  throw new Error(`line ${lineOf(block)}: expected console, console fails or console runs, found console ${block.meta}`)
}
