# shellcheck shell=sh
# Which commands need what, and whether it is there. Builtins only, as long as it is.

# The commands that need what the lock files say. All others look at what is installed, remove it, or are misspelt: they
# install nothing.
works_on_checkout() {
  case ${1-} in
    setup) if [ $# -gt 1 ]; then return 1; fi ;;
    test | ci | check | why | up | serve) ;;
    toolchain)
      case "${2-} ${3-}" in
        'lock '* | 'check '* | 'bundle '* | 'profile add') ;;
        *) return 1 ;;
      esac
      ;;
    *) return 1 ;;
  esac
  ! asks_for_help "$@"
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

# What no stamp tells, a package.json that is not in the lock file yet, `setup` looks for: it always asks pnpm.
need_dependencies() {
  # shellcheck disable=SC2154 # set by the launcher
  stamp=$root/node_modules/.mochi-stamp
  if [ "$1" != setup ] && are_fresh; then return; fi
  . "$root/toolchain/lib/dependencies.sh"
  update_dependencies "$1"
}

are_fresh() { [ -f "$stamp" ] && [ ! -s "$stamp" ] && [ ! "$root/pnpm-lock.yaml" -nt "$stamp" ]; }
