# shellcheck shell=sh
# One process at a time: a lock that is a link, because making one is a single step that only one process can win. Its
# target says who has it: <launcher>[.<the program that works for it>]@<scope>. It is free when both processes are gone, so
# a launcher that was killed leaves nothing in the way, and one whose program lives on still has it.
# shellcheck disable=SC2154 # `root` is set by the launcher, `scope` by find_scope

# take_turn LINK: waits until it is this process's. Sets `waited`, whether somebody else had it.
take_turn() {
  # shellcheck source=toolchain/lib/prefix.sh
  . "$root/toolchain/lib/prefix.sh" # find_scope, is_alive
  find_scope
  turn=$1 waited=no lost=0
  while ! ln -s "$$@$scope" "$turn" 2>/dev/null; do
    holder=$(holder_of "$turn")
    if [ -z "$holder" ]; then
      lost=$((lost + 1)) # given back meanwhile; for ever: no link can be made here
      if [ "$lost" -gt 99 ]; then fail_to_write; fi
    elif works "$holder"; then
      wait_for "${holder%@*}"
    else
      take_away "$turn" "$holder"
    fi
  done
  # A signal is heard when the program is done, which therefore never works without the lock.
  trap end_turn EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

end_turn() {
  rm -f "$turn"
  trap - EXIT HUP INT TERM
}

# hold_turn_by PROGRAM…: runs it; it has the lock together with this process, by one rename.
hold_turn_by() {
  sh -c 'ln -s "$2.$$@$3" "$1.$$" && mv -f "$1.$$" "$1"; shift 3; exec "$@"' sh "$turn" $$ "$scope" "$@"
}

wait_for() {
  if [ "$waited" = no ]; then
    printf 'another mochi (process %s) installs the dependencies here; waiting (if that is wrong, remove %s)\n' "${1##*.}" "$turn" >&2
  fi
  waited=yes
  { sleep 0.2 || sleep 1; } 2>/dev/null
}

holder_of() {
  listed=$(ls -ld "$1" 2>/dev/null)
  case $listed in *' -> '*) printf '%s' "${listed##* -> }" ;; esac
}

# works HOLDER: what bears this process's own id is of an earlier one. Of another scope only the age says something.
works() {
  pids=${1%@*}
  case $1 in
    *@"$scope")
      if [ "${pids%%.*}" != $$ ] && is_alive "${pids%%.*}"; then return 0; fi
      case $pids in *.*) is_alive "${pids##*.}" ;; *) false ;; esac
      ;;
    *) [ -z "$(find "$turn" -prune -mmin +60 2>/dev/null)" ] ;;
  esac
}

# take_away LINK HOLDER: only who holds LINK.HOLDER may do so, and only while LINK still names the dead: of several that
# saw it, none removes what another has taken since. That second link can be left behind too.
take_away() {
  if ln -s "$$@$scope" "$1.$2" 2>/dev/null; then
    if [ "$(holder_of "$1")" = "$2" ]; then rm -f "$1"; fi
    rm -f "$1.$2"
    return
  fi
  remover=$(holder_of "$1.$2")
  if [ -n "$remover" ] && ! works "$remover"; then take_away "$1.$2" "$remover"; fi
}
