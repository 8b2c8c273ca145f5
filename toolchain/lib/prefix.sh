# shellcheck shell=sh
# Where the toolchain goes: the folder that --prefix or MOCHI_PREFIX names, whatever is wrong with it being an error; else
# /mochi when it is ours to write and nobody else's; else ~/.mochi. And the work folders in it.

choose_prefix() {
  prefix=${prefix_option:-${MOCHI_PREFIX-}}
  if [ -n "$prefix" ]; then
    case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
    prefix=${prefix%/}
    create_prefix && is_safe "$prefix"
    return
  fi
  if [ -d /mochi ] && [ -w /mochi ] && is_safe /mochi; then
    prefix=/mochi
    return
  fi
  if [ -z "${HOME-}" ]; then
    fault INSTALL_PREFIX_UNUSABLE 'HOME is not set, so there is no ~/.mochi to install into.' '' 'MOCHI_PREFIX=/some/folder ./mochi setup'
    return
  fi
  prefix=$HOME/.mochi
  create_prefix && is_safe "$prefix"
}

create_prefix() {
  case $prefix in
    *[!A-Za-z0-9._/@%+=,\ -]*)
      fault INSTALL_PREFIX_UNUSABLE 'The path of a prefix may hold letters, digits, spaces and ._/@%+=,- only, because it becomes part of PATH.' \
        "$prefix" 'MOCHI_PREFIX=/some/folder ./mochi setup'
      return
      ;;
  esac
  if [ "$checking" = no ]; then mkdir -p "$prefix" 2>/dev/null; fi
  nearest=$prefix
  while [ ! -e "$nearest" ]; do nearest=$(dirname "$nearest"); done
  if [ "$checking" = no ] && [ ! -d "$prefix" ] || [ ! -d "$nearest" ] || [ ! -w "$nearest" ]; then
    fault INSTALL_PREFIX_UNUSABLE "The prefix must be a folder that you can write; $nearest is not." "$prefix" \
      "sudo chown -R \"\$(id -un)\" '$nearest', or MOCHI_PREFIX=/some/folder ./mochi setup"
  fi
}

# True when nobody but us and root can change what stands in the folder, or put another folder in its place: what is
# installed here runs with our rights.
is_safe() {
  if [ ! -d "$1" ]; then return 0; fi
  folder=$(CDPATH='' cd -- "$1" && pwd -P)
  me=$(id -u)
  set -- "$folder"
  for inner in opt env etc; do if [ -d "$folder/$inner" ]; then set -- "$@" "$folder/$inner"; fi; done
  above=$folder
  while [ -n "${above%/*}" ]; do
    above=${above%/*}
    set -- "$@" "$above"
  done
  listing=$(ls -ldn "$@" /)
  while read -r mode _ owner rest; do
    if [ "$owner" != "$me" ] && [ "$owner" != 0 ]; then
      fault INSTALL_PREFIX_UNSAFE "The prefix and the folders above it must belong to you or root; one belongs to user $owner." \
        "/${rest#* /}" 'MOCHI_PREFIX=/some/folder ./mochi setup'
      return
    fi
    case $mode in
      d????????[tT]*) if [ "/${rest#* /}" != "$folder" ]; then continue; fi ;; # as /tmp: others cannot rename what is ours
    esac
    case $mode in
      d????w* | d???????w*)
        fault INSTALL_PREFIX_UNSAFE 'The prefix and the folders above it must not be writable by others.' "/${rest#* /}" \
          "chmod go-w '/${rest#* /}'"
        return
        ;;
    esac
  done <<LISTING
$listing
LISTING
}

# Sets `work`: a folder of this run alone, on the prefix's own file system so that a rename takes a finished thing out of it.
open_work_folder() {
  mkdir -p "$prefix/opt" "$prefix/env" "$prefix/etc" "$prefix/tmp" "$prefix/var/toolchain" 2>/dev/null ||
    fail_writing "$prefix"
  try=0
  remove_dead_work
  while ! mkdir -m 700 "$prefix/tmp/$$-$try" 2>/dev/null; do
    try=$((try + 1))
    if [ "$try" -gt 9 ]; then fail_writing "$prefix/tmp"; fi
  done
  work=$prefix/tmp/$$-$try
  jobs=''
  trap 'close_work_folder' EXIT
  trap 'stop_jobs; exit 129' HUP
  trap 'stop_jobs; exit 130' INT
  trap 'stop_jobs; exit 143' TERM
  if [ -d "$prefix/tmp/dead-$$" ]; then rm -rf "$prefix/tmp/dead-$$"; fi
}

# Work folders of processes that are gone, this one's pid included: what bears it is of an earlier process. A job may have
# outlived its killed parent: taking the folder away by one rename makes its last step fail, where removing file by file
# would let it put a half removed tool in place.
remove_dead_work() {
  for old in "$prefix"/tmp/*-*; do
    owner=${old##*/}
    owner=${owner%%-*}
    case $owner in dead) owner=${old##*-} ;; esac
    case $owner in '' | *[!0-9]*) continue ;; esac
    if [ "$owner" != $$ ] && kill -0 "$owner" 2>/dev/null; then continue; fi
    mkdir -p "$prefix/tmp/dead-$$" && mv -f "$old" "$prefix/tmp/dead-$$/" 2>/dev/null
  done
}

close_work_folder() {
  stop_ticker
  rm -rf "$work"
}

stop_jobs() {
  for job in $jobs; do kill "$job" 2>/dev/null; done
}

# fail_writing WHERE [FILE WITH THE PROGRAM'S WORDS]: a full disk, or something we may not write.
fail_writing() {
  if disk_is_full "${2-}"; then
    free_space=$(free_kilobytes)
    if [ -n "${error_file-}" ]; then rm -rf "${error_file%/*}/archive" "${error_file%/*}/plain.tar" "${error_file%/*}/tree"; fi
    fail INSTALL_DISK_FULL "The disk of the prefix is full: ${free_space:-0} kB are free." "$1" \
      'mochi toolchain prune, or free some space, then ./mochi setup'
  fi
  fail INSTALL_WRITE_FAILED "A file or folder could not be written$(last_words "${2-}")." "$1" "ls -ld '$1'"
}

disk_is_full() {
  if [ -n "${1-}" ] && grep -qi 'no space left\|quota exceeded' "$1" 2>/dev/null; then return 0; fi
  free_space=$(free_kilobytes)
  [ -n "$free_space" ] && [ "$free_space" -lt 64 ]
}

free_kilobytes() {
  df -Pk "$prefix" 2>/dev/null | {
    read -r _
    read -r _ _ _ free_space _
    printf '%s' "${free_space-}"
  }
}

# The last line that a program wrote to its standard error, as ": …".
last_words() {
  if [ -s "${1:-/dev/null}" ]; then printf ': %s' "$(tail -n 1 "$1")"; fi
}
