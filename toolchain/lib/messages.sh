# shellcheck shell=sh
# What people read. An error has the shape that libs/errors prints: what was expected and found, where, what next, code.

# The advice for a lock that cannot be used. In the midst of a merge git refuses to restore it from what is staged.
mend_lock='git checkout HEAD -- :/toolchain/toolchain.lock, then ./mochi toolchain lock'
restore_pnpm_lock='git checkout HEAD -- :/pnpm-lock.yaml'

# fail CODE MESSAGE [WHERE [NEXT]]: the one way to end in failure. A background job leaves its error for the parent.
fail() {
  if [ -n "${error_file-}" ]; then
    format_error "$@" >"$error_file"
  else
    stop_ticker
    format_error "$@" >&2
  fi
  exit "${exit_code:-1}"
}

format_error() {
  printf 'error: %s\n' "$2"
  if [ -n "${3-}" ]; then printf '  where: %s\n' "$3"; fi
  if [ -n "${4-}" ]; then printf '  next:  %s\n' "$(as_called "$4")"; fi
  printf '  code:  %s (%s --explain %s)\n' "$1" "${MOCHI_COMMAND:-./mochi}" "$1"
}

# The text with the launcher as the user called it, which is what can be typed where they are: where it begins a command,
# and is no part of a path. `spellCommands` of tools/cli does the same.
as_called() {
  left=$1 spelt=' '
  while :; do
    case $left in *./mochi*) ;; *) break ;; esac
    spelt=$spelt${left%%./mochi*} left=${left#*./mochi} name=./mochi
    case $spelt in
      *[[:space:]] | *'`' | *'(')
        case $left in [A-Za-z0-9_/-]* | .[A-Za-z0-9_/-]*) ;; *) name=${MOCHI_COMMAND:-./mochi} ;; esac
        ;;
    esac
    spelt=$spelt$name
  done
  printf '%s' "${spelt# }$left"
}

# fault CODE MESSAGE [WHERE [NEXT]]: notes what is wrong and returns false; `must` makes it an error, `--check` lists it.
fault() {
  fault_code=$1 fault_message=$2 fault_where=${3-} fault_next=${4-}
  return 1
}

must() { "$@" || fail "$fault_code" "$fault_message" "$fault_where" "$fault_next"; }

# A line for people; nothing with --quiet. On a terminal it takes the place of the updating line.
say() {
  if [ "$quiet" = yes ]; then return; fi
  if [ "${ticking-}" = yes ]; then printf '\r\033[K%s\n' "$1" >&2; else printf '%s\n' "$1" >&2; fi
}

# On a terminal one line that shows tools done, bytes and rate, five times a second; elsewhere nothing. `ticking` is for the
# jobs too, which must not stop the `ticker`.
start_ticker() {
  ticker='' ticking=no
  if [ "$quiet" = yes ] || [ ! -t 2 ]; then return; fi
  ticking=yes
  tick "$1" &
  ticker=$!
}

stop_ticker() {
  if [ -z "${ticker-}" ]; then return; fi
  kill -PIPE "$ticker" 2>/dev/null # the one signal that no shell reports
  ticker='' ticking=no
  printf '\r\033[K' >&2
}

tick() {
  trap - EXIT HUP INT TERM
  started=$(date +%s)
  while kill -0 $$ 2>/dev/null; do
    bytes=0 finished=0
    for archive in "$work"/tools/*/archive; do
      if [ -f "$archive" ]; then bytes=$((bytes + $(wc -c <"$archive"))); fi
    done
    for mark in "$work"/tools/*/done; do if [ -f "$mark" ]; then finished=$((finished + 1)); fi; done
    seconds=$(($(date +%s) - started))
    if [ "$seconds" -eq 0 ]; then seconds=1; fi
    printf '\r\033[Ktoolchain: %s of %s tools, %s, %s/s' "$finished" "$1" \
      "$(format_bytes "$bytes")" "$(format_bytes $((bytes / seconds)))" >&2
    { sleep 0.2 || sleep 1; } >/dev/null 2>&1
  done
}

format_bytes() {
  if [ "$1" -ge 1000000000 ]; then
    printf '%s.%s GB' $(($1 / 1000000000)) $(($1 / 100000000 % 10))
  elif [ "$1" -ge 1000000 ]; then
    printf '%s.%s MB' $(($1 / 1000000)) $(($1 / 100000 % 10))
  else
    printf '%s kB' $((($1 + 999) / 1000))
  fi
}

# Text whose addresses have lost the user and password that may stand before the host: up to the last @, because a password
# may hold one.
show_url() { printf '%s\n' "$1" | sed 's|://[^/ ]*@|://|g'; }

has_password() {
  authority=${1#*://}
  case ${authority%%/*} in *@*) ;; *) return 1 ;; esac
}
