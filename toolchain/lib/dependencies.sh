# shellcheck shell=sh
# The dependencies of the checkout, by the generation's pnpm. Sourced by the launcher when they are missing or old.
# shellcheck disable=SC2154 # `stamp`, `root`, `generation` and `prefix` are set by the launcher

# update_dependencies COMMAND: leaves a new stamp, or ends in failure. Only `setup` may write the lock file, and only one
# that lacks what a package.json names: a broken one is for its owner to mend.
update_dependencies() {
  . "$root/toolchain/lib/turn.sh"
  mkdir -p "$root/node_modules" 2>/dev/null || fail_to_write
  take_turn "$root/node_modules/.mochi-installing"
  if [ "$waited" = no ] || ! are_fresh; then
    begin_stamp
    ask_first
    if [ "$1" = setup ] && lock_is_behind; then
      run_pnpm install --no-frozen-lockfile
      printf 'wrote pnpm-lock.yaml: commit it\n' >&2
      begin_stamp
    fi
    run_pnpm install --frozen-lockfile
    if [ -n "$offline" ]; then note_offline; fi
    mv -f "$stamp.$$" "$stamp"
  fi
  end_turn
}

# The stamp is as old as the beginning of the installation: a lock file that changes meanwhile is newer. Whoever has the
# turn removes those that were left by a launcher that was killed.
begin_stamp() {
  rm -f "$stamp".*
  printf '' 2>/dev/null >"$stamp.$$" || fail_to_write
}

# pnpm tries for minutes to reach a registry that does not answer. So it is asked once before, and then pnpm's store must
# do: what it holds was verified when it came, and the policies of the lock file cannot be looked up.
ask_first() {
  offline='' unanswered=''
  registry=$("$generation/bin/pnpm" --dir "$root" config get registry 2>/dev/null)
  case $registry in http://* | https://*) ;; *) return ;; esac
  unanswered=$(
    . "$root/toolchain/lib/messages.sh"
    . "$root/toolchain/lib/programs.sh"
    . "$root/toolchain/lib/download.sh"
    . "$root/toolchain/lib/ask.sh"
    ask_registry "$registry"
  ) || offline='--offline --trust-lockfile'
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
  words=$("$generation/bin/pnpm" --dir "$root" install --frozen-lockfile --lockfile-only --offline --trust-lockfile 2>&1) && return 1
  case $words in
    *ERR_PNPM_OUTDATED_LOCKFILE* | *ERR_PNPM_PACKAGE_MANAGER_NO_IMPORTER* | *ERR_PNPM_LOCKFILE_CONFIG_MISMATCH*) ;;
    *) return 1 ;;
  esac
}

# All output to standard error: standard output is the command's own. After the first time only a failure is shown.
run_pnpm() {
  # shellcheck disable=SC2086 # two words or none
  set -- "$generation/bin/pnpm" --dir "$root" "$@" $offline
  pnpm_config_fetch_retry_mintimeout=${pnpm_config_fetch_retry_mintimeout:-1000}
  pnpm_config_fetch_retry_maxtimeout=${pnpm_config_fetch_retry_maxtimeout:-5000}
  export pnpm_config_fetch_retry_mintimeout pnpm_config_fetch_retry_maxtimeout
  words=''
  if [ ! -f "$stamp" ] && [ -z "$offline" ]; then
    hold_turn_by "$@" >&2 && return
  else
    words=$(hold_turn_by "$@" 2>&1) && return
  fi
  rm -f "$stamp.$$"
  case $offline$words in
    --offline*OFFLINE* | --offline*'Failed to resolve'*)
      fail LAUNCHER_REGISTRY_UNREACHABLE \
        'The dependencies could not be installed: the registry does not answer, and pnpm has not stored all that pnpm-lock.yaml names.' \
        "$registry: $unanswered" './mochi doctor; docs/guide/proxy.md tells what to set'
      ;;
  esac
  if [ -n "$words" ]; then printf '%s\n' "$words" >&2; fi
  fail LAUNCHER_DEPENDENCIES_FAILED 'The dependencies could not be installed; pnpm says above why.' "$root" './mochi doctor, then ./mochi setup'
}

fail_to_write() {
  fail LAUNCHER_DEPENDENCIES_FAILED 'The dependencies could not be installed: node_modules cannot be written.' \
    "$root/node_modules" "ls -ld '$root/node_modules'"
}
