/** One thing that is wrong in the workspace, as facts; `format-findings.ts` has the words around them. */
export type Finding = {
  /** The rule that found it: the name of its file. */
  rule: string
  /** Path from the root, with `/`. */
  file: string
  /** Counted from 1. */
  line?: number | undefined
  /** One sentence: what was expected, what was found. */
  message: string
  /** What to do: a command or an edit. */
  mend: string
  /** The files as they should be, where a program can tell: `mochi check --fix` writes them. */
  fix?: readonly FileChange[] | undefined
}

/** A whole file, path from the root. */
export type FileChange = { path: string; text: string }
