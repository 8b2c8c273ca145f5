# shellcheck shell=sh
# `--bundle FILE`: a plain tar with a copy of the lock and each archive under the name of its digest, which takes the place
# of every download.

# Looks through the whole file before anything is written: one that is missing, cut, foreign or made for another platform
# or lock is refused.
open_bundle() {
  case $bundle in /*) ;; *) bundle=$PWD/$bundle ;; esac
  must find_program tar
  if [ ! -f "$bundle" ] || [ ! -r "$bundle" ]; then
    fail INSTALL_BUNDLE_UNREADABLE 'There is no bundle that can be read.' "$bundle" "ls -l '$bundle'"
  fi
  if ! members=$(tar -tf "$bundle" 2>/dev/null); then
    refuse_bundle INSTALL_BUNDLE_UNREADABLE 'The file is no bundle, or it was cut.'
  fi
  found=''
  if holds toolchain.lock; then
    read -r _ found _ <<LINE
$(tar -xOf "$bundle" toolchain.lock 2>/dev/null | head -n 1)
LINE
  fi
  case $found in
    "$generation") ;;
    '' | *[!0-9a-f]*) refuse_bundle INSTALL_BUNDLE_UNREADABLE 'The file is no bundle: it holds no toolchain.lock.' ;;
    *) refuse_bundle INSTALL_BUNDLE_OTHER "The bundle is of generation $found; this checkout wants $generation." ;;
  esac
  find_in_bundle
}

# Every tool of the platform must be there, from one of its sources.
find_in_bundle() {
  wanted=' ' held=' '
  while read -r kind tool _ of _ digest _; do
    if [ "$kind $of" != "artifact $platform" ]; then continue; fi
    wanted="$wanted$tool "
    if holds "artifacts/${digest%%:*}-${digest#*:}"; then held="$held$tool "; fi
  done <"$lock"
  for tool in $wanted; do
    case $held in
      *" $tool "*) ;;
      *) refuse_bundle INSTALL_BUNDLE_INCOMPLETE "The bundle does not hold $tool for $platform." ;;
    esac
  done
}

holds() {
  case "
$members
" in
    *"
$1
"*) ;;
    *) return 1 ;;
  esac
}

refuse_bundle() { fail "$1" "$2" "$bundle" "./mochi toolchain bundle --platform $platform, on a machine with a network"; }

# take_from_bundle FOLDER: the archive of the lock line at hand into FOLDER/archive; false with the `reason`.
take_from_bundle() {
  member=artifacts/${digest%%:*}-${digest#*:}
  shown_source="$bundle: $source"
  reason='not in the bundle'
  if ! tar -xof "$bundle" -C "$1" "$member" 2>"$1/stderr"; then
    if disk_is_full "$1/stderr"; then fail_writing "$1" "$1/stderr"; fi
    return 1
  fi
  mv -f "$1/$member" "$1/archive"
}
