/** The lines of a command's output, colours removed, without empty ones and without what Nx writes around them. */
export function outputLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !FRAME.test(line))
}

const FRAME = /^(?:> |Warning: command ".*" exited with non-zero status code$)/

/** Those from the first that looks like an error on; none where none does. */
export function errorLines(text: string): readonly string[] {
  const lines = outputLines(text)
  const first = lines.findIndex((line) => ERROR.test(line))
  return first === -1 ? [] : lines.slice(first)
}

const ERROR = /error|fail|fatal|cannot|✗|✖|×/i
