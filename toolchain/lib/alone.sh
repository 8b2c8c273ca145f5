# shellcheck shell=sh
# What `mochi` answers where tools/cli cannot run: no toolchain, or no dependencies yet. Nothing is installed from here, and
# whoever only looks, asks for help or mistypes waits for nothing.

# Those of tools/cli; a test compares.
known_commands='setup status doctor up down restart logs serve test ci check cache registry mirror release config keys exec env toolchain uninstall explain why completion'

# Ends here, whatever the command is.
answer_alone() {
  root=$(CDPATH='' cd -- "$root" && pwd)
  case ${1-} in completion | __complete) exit 1 ;; esac # at a Tab nobody wants to read an error
  . "$root/toolchain/lib/messages.sh"
  if [ $# -eq 0 ] || [ "$1" = help ] || asks_for_help "$@"; then answer print_summary; fi
  case $1 in
    doctor)
      shift
      export MOCHI_COMMAND
      # shellcheck disable=SC2154 # set by the launcher, as `generation` and `id` are
      exec "$root/toolchain/install" --check "$@"
      ;;
    status) if [ $# -eq 1 ]; then answer print_summary; fi ;;
    --version | -v) answer print_version ;;
    explain | --explain) case $#-${2-} in 1- | 2-[!-]*) answer explain_code "${2-}" ;; esac ;;
    --explain=*) if [ $# -eq 1 ]; then answer explain_code "${1#*=}"; fi ;;
  esac
  case " $known_commands " in
    *" $1 "*) ;;
    *) fail LAUNCHER_UNKNOWN_COMMAND "There is no command \`$1\`; there are $known_commands." '' './mochi --help' ;;
  esac
  if removes_something "$@"; then
    if nothing_is_installed; then
      printf 'Nothing is installed%s, so there is nothing to do.\n' "${own:+ in $own}"
      exit 0
    fi
    if [ "$1" = uninstall ]; then fail_not_set_up "$1" "$(print_removal)"; fi
  fi
  fail_not_set_up "$*" './mochi setup'
}

answer() {
  "$@"
  exit
}

# fail_not_set_up COMMAND NEXT
fail_not_set_up() {
  lacks='its toolchain is not installed'
  if [ -n "$generation" ] && [ -x "$generation/bin/node" ]; then lacks='its dependencies are not installed'; fi
  fail LAUNCHER_NOT_SET_UP "\`mochi $1\` runs once this checkout is set up; $lacks." "$root" "$2"
}

# Commands that make sense only after an installation.
removes_something() {
  case $1 in
    uninstall) ;;
    toolchain)
      case ${2-} in prune | rollback) ;; *) return 1 ;; esac
      ;;
    *) return 1 ;;
  esac
}

# Sets the prefixes of which the user may speak: the one that MOCHI_PREFIX names, and no other; else what there may be.
find_places() {
  # shellcheck disable=SC2154
  first=$own second='' third=''
  if [ -z "$own" ]; then first=${generation%/env/*} second=/mochi third=${HOME-}/.mochi; fi
}

# No prefix holds any generation, whichever it is.
nothing_is_installed() {
  find_places
  for place in "$first" "$second" "$third"; do
    if [ -n "$place" ] && { [ -e "$place/env" ] || [ -e "$place/opt" ]; }; then return 1; fi
  done
}

# What `uninstall` would remove, as a command. The list is that of src/uninstall.ts.
print_removal() {
  find_places
  for place in "$first" "$second" "$third"; do
    if [ -z "$place" ] || [ ! -d "$place/env" ] || [ ! -d "$place/opt" ]; then continue; fi
    printf 'rm -rf'
    for part in env opt tmp etc/profile.sh etc/profile.fish etc/zsh var/node-compile-cache var/toolchain; do
      if [ -e "$place/$part" ]; then printf " '%s'" "$place/$part"; fi
    done
    return
  done
  printf './mochi setup, then ./mochi uninstall'
}

print_version() {
  while read -r name value; do
    case $name in '"version":') break ;; esac
  done <"$root/tools/cli/package.json"
  value=${value#\"}
  printf '%s\n' "${value%\"*}"
}

# explain_code CODE: its section of the reference, where a code is a heading, its summary a line in bold type, and the
# explanation what follows. Without a code, all codes with their summaries.
explain_code() {
  wanted=$(printf '%s' "$1" | tr 'a-z-' 'A-Z_') heading='' found=no
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '### '*) heading=${line#\#\#\# } ;;
      '#'*) heading='' ;;
      *)
        if [ -z "$heading" ]; then continue; fi
        if [ -z "$wanted" ]; then
          case $line in '**'*) printf '%-34s %s\n' "$heading" "$(without_stars "$line")" ;; esac
        elif [ "$heading" = "$wanted" ]; then
          print_section_line
        fi
        ;;
    esac
  done <"$root/docs/reference/errors.md"
  if [ -n "$wanted" ] && [ "$found" = no ]; then
    fail CLI_UNKNOWN_CODE "No error has the code $wanted." '' './mochi explain'
  fi
}

# The empty lines before the summary and after the last paragraph are the page's, not the section's.
print_section_line() {
  case $found-$line in
    no-'**'*)
      printf '%s: %s\n' "$heading" "$(without_stars "$line")"
      found=yes gap=''
      ;;
    yes-) gap='
' ;;
    yes-*)
      printf '%s%s\n' "$gap" "$line"
      gap=''
      ;;
  esac
}

without_stars() {
  line=${1#??}
  line=${line%??}
  printf '%s' "${line%.}"
}

print_summary() {
  # shellcheck disable=SC2154
  if [ -n "$generation" ]; then state="installed ($generation)"; else state='not installed'; fi
  if [ -f "$root/node_modules/.mochi-stamp" ]; then others=installed; else others='not installed'; fi
  if [ ! -f "$root/pnpm-lock.yaml" ]; then others='pnpm-lock.yaml is not there'; fi
  plan_next
  as_called "$(
    cat <<TEXT
mochi: the platform of a company in one repository

status: toolchain ${id:-(the lock cannot be read)} $state; dependencies $others
next:   $next

  ./mochi up                install the pinned toolchain and the dependencies, and start the services
  ./mochi setup             the same, without starting anything
  ./mochi test              check and test everything
  ./mochi ci                check and test what differs from main; like test, it sets up first
  ./mochi doctor            say what this machine lacks, without installing anything
  ./mochi explain CODE      say why an error happens and how to mend it
  ./mochi exec -- COMMAND   run a command with the toolchain
  ./mochi env               print what puts the toolchain on PATH: eval "\$(./mochi env)"
All commands are listed by ./mochi --help once it is set up.
TEXT
  )
"
}

# Sets `next`. tools/cli/src/status/plan-next.ts has the same rules; a test there compares.
plan_next() {
  if ! lock_is_whole; then next=$mend_lock
  elif [ ! -f "$root/pnpm-lock.yaml" ]; then next=$restore_pnpm_lock
  else
    case ${CI-} in '' | false) next='./mochi up' ;; *) next='./mochi setup' ;; esac
  fi
}

# Where no program makes digests, `up` will name the one that lacks.
lock_is_whole() {
  if [ -z "$id" ]; then return 1; fi
  (
    checkout=$root
    for part in programs lock; do . "$root/toolchain/lib/$part.sh"; done
    if find_digest_program; then read_lock; fi
  ) >/dev/null 2>&1
}
