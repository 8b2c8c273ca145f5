# shellcheck shell=sh
# The dependencies of the checkout, by the generation's pnpm. Sourced by the launcher when they are missing or old.
# shellcheck disable=SC2154 # `stamp`, `root`, `generation` and `prefix` are set by the launcher

# update_dependencies COMMAND: leaves a new stamp, or ends in failure. What another installed meanwhile is not done again,
# except by `setup`, which cannot tell whether it was.
update_dependencies() {
  root=$(CDPATH='' cd -- "$root" && pwd)
  . "$root/toolchain/lib/turn.sh"
  mkdir -p "$root/node_modules" 2>/dev/null || fail_to_write
  take_turn "$root/node_modules/.mochi-installing"
  if [ "$1" = setup ] || ! are_fresh; then install_dependencies "$1"; fi
  end_turn
}

# Only `setup` may write the lock file, and only one that lacks what a package.json names: a broken one is for its owner.
install_dependencies() {
  begin_stamp
  ask_first
  if [ "$1" = setup ] && lock_is_behind; then
    run_pnpm install --no-frozen-lockfile
    printf 'wrote pnpm-lock.yaml: commit it\n' >&2
    begin_stamp
  fi
  run_pnpm install --frozen-lockfile
  if [ "$offline" = yes ]; then note_offline; fi
  mv -f "$stamp.$$" "$stamp"
}

# The stamp is as old as the beginning of the installation: a lock file that changes meanwhile is newer.
begin_stamp() {
  rm -f "$stamp".*
  printf '' 2>/dev/null >"$stamp.$$" || fail_to_write
}

# Sets `unanswered`, why the registry does not answer: pnpm would try for minutes to reach it.
ask_first() {
  offline=no unanswered=''
  registry=$(setting registry)
  case $registry in http://* | https://*) ;; *) return ;; esac
  unanswered=$(
    for part in messages programs npmrc download ask; do . "$root/toolchain/lib/$part.sh"; done
    checkout=$root
    ask_registry "$registry"
  )
}

# Without a network pnpm leaves out an optional package that its store lacks, and says nothing. A stamp with a word in it
# makes the next command ask again.
note_offline() {
  printf 'offline\n' >"$stamp.$$"
  printf 'warning: the registry does not answer (%s); what pnpm has stored is used, and the next command asks again.\n' \
    "$unanswered" >&2
}

# Whether pnpm-lock.yaml lacks what some package.json or pnpm-workspace.yaml asks for. In CI nothing writes it.
lock_is_behind() {
  case ${CI:-false} in false) ;; *) return 1 ;; esac
  words=$(look_at_lock) && return 1
  for code in OUTDATED_LOCKFILE PACKAGE_MANAGER_NO_IMPORTER LOCKFILE_CONFIG_MISMATCH; do
    case $words in *"ERR_PNPM_$code"*) return 0 ;; esac
  done
  return 1
}

# Even a frozen lock file pnpm writes in its own way, without comments: who only looks puts back what stood there.
look_at_lock() {
  cp -p "$root/pnpm-lock.yaml" "$stamp.$$.lock" 2>/dev/null
  "$generation/bin/pnpm" --dir "$root" install --frozen-lockfile --lockfile-only --offline --trust-lockfile 2>&1
  looked=$?
  if [ -f "$stamp.$$.lock" ] && [ "$root/pnpm-lock.yaml" -nt "$stamp.$$.lock" ]; then mv -f "$stamp.$$.lock" "$root/pnpm-lock.yaml"; fi
  rm -f "$stamp.$$.lock"
  return "$looked"
}

# All output to standard error: standard output is the command's own. After the first time only a failure is shown.
run_pnpm() {
  set -- hold_turn_by "$generation/bin/pnpm" --dir "$root" "$@"
  words=''
  if [ -n "$unanswered" ]; then run_unanswered "$@" && return
  elif [ -f "$stamp" ]; then words=$("$@" 2>&1) && return
  else
    printf 'This clone is not set up yet: its dependencies come first.\n' >&2
    "$@" >&2 && return
  fi
  rm -f "$stamp.$$"
  if [ -n "$words" ]; then printf '%s\n' "$words" | tail -n 40 >&2; fi
  if [ -z "$unanswered" ]; then
    fail LAUNCHER_DEPENDENCIES_FAILED 'The dependencies could not be installed; pnpm says above why.' "$root" './mochi doctor, then ./mochi setup'
  fi
  fail LAUNCHER_REGISTRY_UNREACHABLE 'The registry does not answer, and the dependencies could not be installed; pnpm says above why.' \
    "$registry: $unanswered" "$(hint_about_registry)"
}

# Without it no clone gets its dependencies, and so none can start it: `mochi registry use` has pointed npm at it.
hint_about_registry() {
  # shellcheck disable=SC2154 # of registry-variables.sh
  case ${registry%/}/ in
    "$own_registry") printf './mochi registry unuse, or npm config delete registry; then ./mochi up' ;;
    *) printf './mochi doctor; docs/guide/proxy.md tells what to set' ;;
  esac
}

# pnpm's store first: what it holds was verified when it came, and the policies of the lock file cannot be looked up. For
# what it lacks pnpm may find a way, or have the patience, that our one question had not; it waits only shortly in between.
run_unanswered() {
  "$@" --offline --trust-lockfile >/dev/null 2>&1 && offline=yes && return
  words=$(
    for wait in mintimeout=1000 maxtimeout=5000; do
      case $(setting "fetch-retry-${wait%=*}") in '' | undefined) export "pnpm_config_fetch_retry_$wait" ;; esac
    done
    "$@" 2>&1
  )
}

setting() { "$generation/bin/pnpm" --dir "$root" config get "$1" 2>/dev/null; }

fail_to_write() {
  fail LAUNCHER_DEPENDENCIES_FAILED 'The dependencies could not be installed: node_modules cannot be written.' \
    "$root/node_modules" "ls -ld '$root/node_modules'"
}
