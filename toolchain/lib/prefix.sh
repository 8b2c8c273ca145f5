# shellcheck shell=sh
# Where the toolchain goes: the folder that --prefix or MOCHI_PREFIX names, whatever is wrong with it being an error; else
# /mochi when it is ours to write and nobody else's; else ~/.mochi. And the work folders in it.

needed_megabytes=600
mend_room='free some space, or MOCHI_PREFIX=/folder/on/another/disk, then ./mochi setup'

choose_prefix() {
  prefix=${prefix_option:-${MOCHI_PREFIX-}}
  if [ -n "$prefix" ]; then
    case $prefix in /*) ;; *) prefix=$PWD/${prefix#./} ;; esac
    prefix=${prefix%/}
    create_prefix && is_safe
    return
  fi
  if [ -d /mochi ] && [ -w /mochi ]; then
    prefix=/mochi
    if is_safe; then return; fi
  fi
  if [ -z "${HOME-}" ]; then
    fault INSTALL_PREFIX_UNUSABLE 'HOME is not set, so there is no ~/.mochi to install into.' '' 'MOCHI_PREFIX=/some/folder ./mochi setup'
    return
  fi
  prefix=$HOME/.mochi
  create_prefix && is_safe
}

# One that cannot be written will do where the generation stands: an image may be read-only. What lacks is an error later.
create_prefix() {
  has_plain_name "$prefix" || return
  if [ "$checking" = no ]; then mkdir -p "$prefix" 2>/dev/null; fi
  nearest=$prefix
  while [ ! -e "$nearest" ]; do nearest=$(dirname "$nearest"); done
  if [ "$checking" = no ] && [ ! -d "$prefix" ] || [ ! -d "$nearest" ] || { [ ! -w "$nearest" ] && [ ! -d "$prefix/env/${generation:-none}/bin" ]; }; then
    fault INSTALL_PREFIX_UNUSABLE "The prefix must be a folder that you can write; $nearest is not." "$prefix" \
      "$(as_root)chown -R \"\$(id -un)\" '$nearest', or MOCHI_PREFIX=/some/folder ./mochi setup"
  fi
}

has_plain_name() {
  case $1 in
    *:* | *\'* | *\"* | *\\* | *\$* | *\`* | *[[:cntrl:]]*)
      fault INSTALL_PREFIX_UNUSABLE 'The path of a prefix may hold no colon, quote, backslash, dollar sign or control character, because it becomes part of PATH.' \
        "$1" 'MOCHI_PREFIX=/some/folder ./mochi setup'
      ;;
  esac
}

# True when nobody but us and root can change what stands in the prefix, or put another folder in its place: what is
# installed here runs with our rights. `prefix` is then the folder itself: a link on the way to it could lead elsewhere later.
is_safe() {
  if [ ! -d "$prefix" ]; then return 0; fi
  if ! folder=$(CDPATH='' cd -- "$prefix" 2>/dev/null && pwd -P); then
    fault INSTALL_PREFIX_UNUSABLE 'The folder of the prefix cannot be entered.' "$prefix" "ls -ld '$prefix'"
    return
  fi
  has_plain_name "$folder" || return
  me=$(id -u)
  set --
  for inner in "$folder" "$folder/opt" "$folder"/opt/* "$folder"/opt/*/* "$folder/env" "$folder"/env/* "$folder"/env/*/bin \
    "$folder/etc" "$folder/etc/zsh" "$folder/tmp" "$folder/var" "$folder/var/toolchain" "$folder/var/node-compile-cache"; do
    if [ -d "$inner" ]; then set -- "$@" "$inner/."; fi
  done
  belong_to_us inside "$(ls -ldn "$@")" || return
  set -- /
  above=$folder
  while [ -n "${above%/*}" ]; do
    above=${above%/*}
    set -- "$@" "$above"
  done
  belong_to_us above "$(ls -ldn "$@")" || return
  prefix=$folder
}

# belong_to_us inside|above LISTING: above the prefix a sticky folder as /tmp is fine, where others cannot rename what is ours.
belong_to_us() {
  while read -r mode _ owner rest; do
    where=/${rest#* /}
    where=${where%/.}
    if [ "$owner" != "$me" ] && [ "$owner" != 0 ]; then
      fault INSTALL_PREFIX_UNSAFE "The prefix and the folders above it must belong to you or root; one belongs to user $owner." \
        "$where" 'MOCHI_PREFIX=/some/folder ./mochi setup'
      return
    fi
    case $1-$mode in
      above-d????????[tT]*) ;;
      *-d????w* | *-d???????w*)
        fault INSTALL_PREFIX_UNSAFE 'The prefix and the folders above it must not be writable by others.' "$where" "chmod go-w '$where'"
        return
        ;;
    esac
  done <<LISTING
$2
LISTING
}

# Sets `work`: a folder of this run alone, on the prefix's own file system so that a rename takes a finished thing out of it.
# Its name is <pid>-<number>@<scope>: src/work-folder.ts writes and reads the same.
open_work_folder() {
  mkdir -p "$prefix/opt" "$prefix/env" "$prefix/etc" "$prefix/tmp" "$prefix/var/toolchain" 2>/dev/null ||
    fail_writing "$prefix"
  try=0
  find_scope
  remove_dead_work
  while ! mkdir -m 700 "$prefix/tmp/$$-$try@$scope" 2>/dev/null; do
    try=$((try + 1))
    if [ "$try" -gt 9 ]; then fail_writing "$prefix/tmp"; fi
  done
  work=$prefix/tmp/$$-$try@$scope
  jobs=''
  trap 'close_work_folder' EXIT
  trap 'stop_jobs; exit 129' HUP
  trap 'stop_jobs; exit 130' INT
  trap 'stop_jobs; exit 143' TERM
  if [ -d "$graveyard" ]; then rm -rf "$graveyard"; fi
  free_before=$(free_kilobytes "$prefix")
}

has_work() {
  for old in "$prefix"/tmp/*; do if [ -d "$old" ]; then return 0; fi; done
  return 1
}

# Where this run's process ids mean something: the host and, where there are such, the namespace of processes. Containers
# and machines may share a prefix.
find_scope() {
  scope=$(uname -n)
  case $scope in '' | *[!A-Za-z0-9._-]*) scope=unnamed ;; esac
  namespace=$(ls -ld /proc/self/ns/pid 2>/dev/null)
  case $namespace in
    *'pid:['*']')
      namespace=${namespace##*\[}
      scope=$scope.${namespace%\]}
      ;;
  esac
}

# Work folders whose process is gone. A job may have outlived its killed parent: taking the folder away by one rename makes
# its last step fail, where removing file by file would let it put a half removed tool in place.
remove_dead_work() {
  graveyard=$prefix/tmp/dead-$$@$scope
  for old in "$prefix"/tmp/*; do
    if [ ! -d "$old" ] || is_at_work "${old##*/}"; then continue; fi
    mkdir -p "$graveyard" && mv -f "$old" "$graveyard/" 2>/dev/null
  done
}

# A process of this scope can be asked for, and what bears this one's own pid is of an earlier process. Of another scope
# only the age says something: after a day or two nobody works on it. What is named otherwise is not ours to judge.
is_at_work() {
  owner=${1#dead-}
  owner=${owner%%[-@]*}
  case $owner in '' | *[!0-9]*) return 0 ;; esac
  case $1 in
    *@"$scope") [ "$owner" != $$ ] && is_alive "$owner" ;;
    *) ! has find || [ -z "$(find "$prefix/tmp/$1" -prune -mtime +1 2>/dev/null)" ] ;;
  esac
}

# A process that we may not signal lives too.
is_alive() {
  answer=$(kill -0 "$1" 2>&1) && return
  case $answer in *ermitted*) ;; *) return 1 ;; esac
}

# started PROCESS: when, as the system counts; nothing when it is gone. With its id that names one process for ever.
started() {
  if [ ! -r /proc/self/stat ]; then started_by_ps "$1"; return; fi
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
  # shellcheck disable=SC2086 # the fields behind the name, which may hold blanks
  set -- ${stat##*) }
  case $1 in Z | X) ;; *) printf '%s' "${20}" ;; esac
}

started_by_ps() { LC_ALL=C TZ=UTC0 ps -o lstart= -p "$1" 2>/dev/null | tr -cd '[:alnum:]'; }

close_work_folder() {
  stop_ticker
  rm -rf "$work"
}

# Waits for them too: a job in the midst of `tar` or `mv` would write into a folder that is being removed.
stop_jobs() {
  for job in $jobs; do kill "$job" 2>/dev/null; done
  for job in $jobs; do wait "$job" 2>/dev/null; done
}

# fail_writing WHERE [FILE WITH THE PROGRAM'S WORDS]: a full disk, or something we may not write.
fail_writing() {
  if disk_is_full "${2-}"; then
    free_space=$(free_kilobytes "$prefix")
    if [ -n "${error_file-}" ]; then rm -rf "${error_file%/*}/archive" "${error_file%/*}/plain.tar" "${error_file%/*}/tree"; fi
    room=$(format_bytes $((${free_before:-${free_space:-0}} * 1024)))
    fail INSTALL_DISK_FULL "The disk of the prefix is full: $room were free before; $needed_megabytes MB are enough for everything." "$1" \
      "$mend_room"
  fi
  fail INSTALL_WRITE_FAILED "A file or folder could not be written$(last_words "${2-}")." "$1" "ls -ld '$1'"
}

disk_is_full() {
  if [ -n "${1-}" ] && grep -qi 'no space left\|quota exceeded' "$1" 2>/dev/null; then return 0; fi
  free_space=$(free_kilobytes "$prefix")
  [ -n "$free_space" ] && [ "$free_space" -lt 64 ]
}

# Whether toolchain and dependencies can be installed. Sets `room`, in words.
has_room() {
  place=$prefix
  while [ ! -d "$place" ] && [ -n "$place" ]; do place=${place%/*}; done
  free_space=$(free_kilobytes "${place:-/}")
  room="cannot be told for ${place:-/}"
  if [ -z "$free_space" ]; then return; fi
  room="$(format_bytes $((free_space * 1024))) free at ${place:-/}"
  [ $((free_space * 1024)) -ge $((needed_megabytes * 1000000)) ] ||
    fault INSTALL_DISK_FULL "$needed_megabytes MB must be free for toolchain and dependencies; there are $room." "$prefix" "$mend_room"
}

# free_kilobytes FOLDER: nothing where the system does not tell.
free_kilobytes() {
  df -Pk "$1" 2>/dev/null | {
    read -r _
    read -r _ _ _ free_space _
    printf '%s' "${free_space-}"
  }
}

# The last line that a program wrote to its standard error, as ": …".
last_words() {
  if [ -s "${1:-/dev/null}" ]; then printf ': %s' "$(tail -n 1 "$1")"; fi
}
