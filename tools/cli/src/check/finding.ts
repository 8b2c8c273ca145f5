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
  /** What `mochi check --fix` does about it, where a program can tell. Several findings may edit one file. */
  fix?: FileEdit | undefined
  /** That `mochi check --fix` mends it by another program, without an edit of ours. */
  fixable?: true
}

/** A change of one file: from its text (empty when it does not exist) to the text that is right. Pure. */
export type FileEdit = { path: string; edit: (text: string) => string }
