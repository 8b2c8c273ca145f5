# shellcheck shell=sh
# Which commands need what. Builtins only.

# The commands that need what the lock files say. All others look, remove, or are misspelt: they install nothing.
works_on_checkout() {
  case ${1-} in
    setup) if [ $# -gt 1 ]; then return 1; fi ;;
    test | check | why) ;;
    toolchain)
      case "${2-} ${3-}" in
        'lock '* | 'check '* | 'verify '* | 'bundle '* | 'profile add') ;;
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
