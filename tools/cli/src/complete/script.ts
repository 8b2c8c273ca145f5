import type { NoFlags } from '../command.ts'
import type { CompletionShell } from '../commands/completion.ts'
import type { Context } from '../context.ts'

/** `mochi completion SHELL`: the script that asks `mochi __complete` at every Tab. */
export async function runCompletion(context: Context, _flags: NoFlags, shell: CompletionShell): Promise<void> {
  context.stdout.write(SCRIPTS[shell])
  return Promise.resolve()
}

/**
 * Bash splits words at colons, which targets hold: the line is split at blanks here, and what stands before the last
 * colon is cut from the proposals, because bash puts it back. Works in bash 3.2.
 */
const BASH = `# Completion of mochi for bash: eval "$(mochi completion bash)"
_mochi() {
  local line text=\${COMP_LINE:0:COMP_POINT} words cut
  local IFS=$' \\t'
  read -r -a words <<<"$text"
  case $text in *[[:blank:]]) words+=('') ;; esac
  local current=\${words[\${#words[@]} - 1]}
  case $current in *:*) cut=\${current%:*}: ;; *) cut= ;; esac
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    case $line in "$current"*) COMPREPLY+=("\${line#"$cut"}") ;; esac
    case $line in *:) type compopt >/dev/null 2>&1 && compopt -o nospace ;; esac
  done < <("\${words[0]/#\\~/$HOME}" __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _mochi mochi
`

const ZSH = `#compdef mochi
# Completion of mochi for zsh: eval "$(mochi completion zsh)" after compinit, or a file _mochi in fpath.
_mochi() {
  local line value
  local -a complete_words open_words
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    if [[ $value == *: ]]; then
      open_words+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    else
      complete_words+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <("\${(Q)\${words[1]/#\\~/$HOME}}" __complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
  local found=1
  (( $#complete_words )) && _describe -t values mochi complete_words && found=0
  (( $#open_words )) && _describe -t projects project open_words -S '' && found=0
  return found
}
if [ "\${funcstack[1]}" = _mochi ]; then _mochi "$@"; else compdef _mochi mochi; fi
`

const FISH = `# Completion of mochi for fish: mochi completion fish | source
function __mochi_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    $program __complete -- $words (commandline -ct | string collect --allow-empty) 2>/dev/null
end
complete -c mochi -f -a '(__mochi_complete)'
`

const SCRIPTS: Readonly<Record<CompletionShell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }
