/** A start file's text as bytes, one character each, so that any encoding survives. */
type Bytes = string

const END = '# <<< mochi <<<'
/** What the first marked line remembers, so that `removeBlock` gives back the very bytes. */
const BEGIN = {
  plain: '# >>> mochi >>>',
  /** The last line before the block had no line end; the one before the block is ours. */
  joined: '# >>> mochi, after a line without end >>>',
  /** There was no file. */
  created: '# >>> mochi, in a file of its own >>>',
} as const

const BLOCK =
  /(?<=^|\n)(?<begin># >>> mochi(?:, [^\r\n>]*)? >>>)(?<end>\r?\n)(?<body>[\s\S]*?)(?<=\n)# <<< mochi <<<(?:\r?\n|$)/
const MARKER = /(?:^|\n)# (?:>>> mochi(?:, [^\r\n>]*)? >>>|<<< mochi <<<)/g

/** Why the marked lines in a text are no block that can be told from the rest; undefined when all is well. */
export function faultOfBlock(text: Bytes): string | undefined {
  const markers = text.match(MARKER)?.length ?? 0
  if (markers === 0) return undefined
  if (!BLOCK.test(text)) return 'has a beginning without an end, or an end without a beginning'
  return markers === 2 ? undefined : 'stands there more than once'
}

/** The text with our block at its end, or with the block that it has brought up to date where it stands. Pure. */
export function addBlock(text: Bytes | undefined, line: string): Bytes {
  const found = BLOCK.exec(text ?? '')
  if (text !== undefined && found?.groups !== undefined) {
    const { begin = '', end = '\n' } = found.groups
    const block = `${begin}${end}${line}${end}${END}${end}`
    return text.slice(0, found.index) + block + text.slice(found.index + found[0].length)
  }
  const end = /\r?\n/.exec(text ?? '')?.[0] ?? '\n'
  const joined = text !== undefined && text !== '' && !text.endsWith('\n')
  const begin = text === undefined ? BEGIN.created : joined ? BEGIN.joined : BEGIN.plain
  return `${text ?? ''}${joined ? end : ''}${begin}${end}${line}${end}${END}${end}`
}

/** The text without our block, as it was before; undefined when there was no file. Pure. */
export function removeBlock(text: Bytes): Bytes | undefined {
  const found = BLOCK.exec(text)
  if (found?.groups === undefined) return text
  const { begin, end = '\n' } = found.groups
  const before = text.slice(0, found.index)
  const after = text.slice(found.index + found[0].length)
  if (begin === BEGIN.created && before === '' && after === '') return undefined
  // What was written behind the block since then needs the line end that we put before it.
  const ours = begin === BEGIN.joined && after === '' && before.endsWith(end) ? end.length : 0
  return before.slice(0, before.length - ours) + after
}
