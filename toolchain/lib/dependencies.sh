# shellcheck shell=sh
# The dependencies of the checkout, by the generation's pnpm. Sourced by the launcher when they are missing or old.

# update_dependencies COMMAND: leaves a new stamp, or ends in failure.
update_dependencies() {
  # shellcheck disable=SC2154 # `stamp`, `root` and `generation` are set by the launcher
  if ! { mkdir -p "$root/node_modules" && printf '' >"$stamp.$$"; } 2>/dev/null; then
    fail LAUNCHER_DEPENDENCIES_FAILED 'The dependencies could not be installed: node_modules cannot be written.' \
      "$root/node_modules" "ls -ld '$root/node_modules'"
  fi
  if install_dependencies "$1"; then
    mv -f "$stamp.$$" "$stamp"
    if [ "$1" = setup ]; then need_dependencies ''; fi # the lock file that pnpm has just written is newer
    return
  fi
  rm -f "$stamp.$$"
  fail LAUNCHER_DEPENDENCIES_FAILED 'The dependencies could not be installed; pnpm says above why.' "$root" './mochi doctor, then ./mochi setup'
}

# All output to standard error: standard output is the command's own. After the first time only a failure is shown. Only
# `setup` may write the lock file, and not in CI, where pnpm refuses by itself.
install_dependencies() {
  case $1 in setup) set -- install ;; *) set -- install --frozen-lockfile ;; esac
  if [ ! -f "$stamp" ]; then
    # shellcheck disable=SC2154
    "$generation/bin/pnpm" --dir "$root" "$@" >&2
    return
  fi
  words=$("$generation/bin/pnpm" --dir "$root" "$@" 2>&1) && return
  printf '%s\n' "$words" >&2
  return 1
}
