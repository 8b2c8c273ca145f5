# shellcheck shell=sh
# One process at a time: who writes its name and then finds nobody else's has the lock; of two at once the later writer sees
# the earlier. A name, <lock>.<process id>.<when that was started>@<scope>, tells whose process is gone: anybody removes it.
# shellcheck disable=SC2154 # `root` is set by the launcher, `scope` by find_scope

# take_turn LOCK: waits until it is this process's.
take_turn() {
  turn=$1 told=no
  name_self
  # A signal is heard when the program is done, which therefore never works without the lock.
  trap end_turn EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  until is_alone && write_name && is_alone; do
    rm -f "$mine"
    wait_for_holder
  done
}

# Removes the name of this process, and that of its program, which is gone.
end_turn() {
  is_alone
  rm -f "$mine"
  trap - EXIT HUP INT TERM
}

# hold_turn_by PROGRAM…: runs it; it has the lock together with this process, and alone when this one is killed.
hold_turn_by() { sh -c 'root=$0; . "$0/toolchain/lib/turn.sh"; join_turn "$@"' "$root" "$turn" "$mine" "$@"; }

# The other half, in the program's own process. Without the launcher's name somebody else may have the lock by now.
join_turn() {
  turn=$1 launcher=$2
  shift 2
  name_self
  if printf '' >"$mine" && [ -e "$launcher" ]; then exec "$@"; fi
  rm -f "$mine"
  exit 1
}

name_self() {
  . "$root/toolchain/lib/prefix.sh"
  find_scope
  mine=$turn.$$.$(started $$)@$scope
}

write_name() { printf '' 2>/dev/null >"$mine" || fail_to_write; }

# Whether nobody who lives has a name here but this process; else sets `holder`. What changed meanwhile is looked at again.
is_alone() {
  for other in "$turn".*; do
    if [ "$other" = "$mine" ] || [ ! -e "$other" ]; then continue; fi
    if works "$other"; then holder=${other#"$turn".}; return 1; fi
    rm -f "$other"
    is_alone; return
  done
}

# works NAME: of another host or container only the age says something.
works() {
  process=${1#"$turn".} process=${process%@*}
  case $1 in
    *@"$scope") [ -n "${process#*.}" ] && [ "$(started "${process%%.*}")" = "${process#*.}" ] ;;
    *) [ -z "$(find "$1" -prune -mmin +60 2>/dev/null)" ] ;;
  esac
}

# Not all for the same time: who looked at the same moment must not do so again.
wait_for_holder() {
  if [ "$told" = no ]; then
    printf 'another mochi (process %s) installs the dependencies here; waiting (if that is wrong, remove %s)\n' \
      "${holder%%.*}" "$turn.$holder" >&2
  fi
  told=yes
  { sleep "0.$(($$ % 4 + 1))" || sleep 1; } 2>/dev/null
}
