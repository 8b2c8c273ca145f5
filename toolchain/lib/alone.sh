# shellcheck shell=sh
# What `mochi` answers without tools/cli: what somebody runs first must download nothing.

# Ends here with the commands that need no toolchain; returns for all others.
answer_alone() {
  case ${1-} in
    completion | __complete) exit 1 ;;
  esac
  if [ $# -eq 0 ] || [ "$1" = help ] || asks_for_help "$@"; then
    print_summary
    exit 0
  fi
  if [ "$1" = doctor ]; then check_machine "$@"; fi
  if removes_something "$@" && nothing_is_installed; then
    printf 'Nothing is installed, so there is nothing to do.\n'
    exit 0
  fi
}

asks_for_help() {
  for word; do
    case $word in
      -h | --help) return 0 ;;
      --) return 1 ;;
    esac
  done
  return 1
}

# Commands that make sense only after an installation.
removes_something() {
  case $1 in
    uninstall) ;;
    toolchain)
      case ${2-} in
        prune | rollback) ;;
        profile) [ "${3-}" = remove ] ;;
        *) return 1 ;;
      esac
      ;;
    *) return 1 ;;
  esac
}

# No prefix holds any generation, whichever it is.
nothing_is_installed() {
  # shellcheck disable=SC2154 # set by the launcher
  for place in "$own" /mochi "${HOME-}/.mochi"; do
    if [ -n "$place" ] && { [ -e "$place/env" ] || [ -e "$place/opt" ]; }; then return 1; fi
  done
}

check_machine() {
  shift
  # shellcheck disable=SC2154
  exec "$root/toolchain/install" --check "$@"
}

print_summary() {
  # shellcheck disable=SC2154
  if [ -n "$generation" ]; then state="installed ($generation)"; else state='not installed'; fi
  cat <<TEXT
mochi: the platform of a company in one repository

status: toolchain ${id:-(the lock cannot be read)} $state; dependencies not installed
next:   ./mochi setup

  ./mochi setup             install the pinned toolchain and the dependencies
  ./mochi doctor            say what this machine lacks, without downloading anything
  ./mochi exec -- COMMAND   run a command with the toolchain
  ./mochi env               print what puts the toolchain on PATH: eval "\$(./mochi env)"
All commands are listed by ./mochi --help once it is set up.
TEXT
}
