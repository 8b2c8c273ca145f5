# shellcheck shell=sh
# Verified bytes to files. An archive is one gzip'ed tar with a single top folder, as npm and Node publish them.

max_bytes=${MOCHI_TOOLCHAIN_MAX_BYTES:-1073741824}
max_files=100000

# verify FILE ALGORITHM:HEX WHERE
verify() {
  found=${2%%:*}:$(digest "${2%%:*}" <"$1")
  if [ "$found" = "$2" ]; then return; fi
  if head -c 512 "$1" | tr -d '\000' | grep -qi '<html\|<!doctype'; then
    fail INSTALL_NOT_AN_ARCHIVE 'An archive was expected; the server answered with a web page, as a log-in page or a blocking proxy does.' \
      "$3" 'open that address in a browser; set https_proxy or MOCHI_REGISTRY, then ./mochi setup'
  fi
  fail INSTALL_DIGEST_MISMATCH "The lock wants $(shorten "$2"); $(($(wc -c <"$1"))) bytes with $(shorten "$found") came. Nothing of them was unpacked." \
    "$3" 'run ./mochi setup again; if it stays so, somebody serves other bytes: tell who keeps the registry'
}

shorten() {
  hex=${1#*:}
  printf '%s %s…' "${1%%:*}" "${hex%"${hex#????????????}"}"
}

# unpack FOLDER KEEP LINKS: FOLDER/archive into FOLDER/tree, only what KEEP names below the archive's top folder.
# LINKS is `nolinks` or `links`: whether what is kept may hold symbolic links.
unpack() {
  decompress "$1"
  tar -tf "$1/plain.tar" >"$1/names" 2>"$1/stderr" || fail_archive "$1"
  check_names "$1/names"
  if [ "$3" = nolinks ]; then check_types "$1"; fi
  mkdir "$1/raw" || fail_writing "$1/raw"
  set -- "$1" "$2"
  select_members "$1" "$2"
  if [ "$2" = . ]; then
    tar -xof "$1/plain.tar" -C "$1/raw" 2>"$1/stderr" || fail_archive "$1"
  else
    tar -xof "$1/plain.tar" -C "$1/raw" -T "$1/members" 2>"$1/stderr" || fail_archive "$1"
  fi
  rm -f "$1/plain.tar"
  chmod -R u+rwX,go+rX,go-w,u-s,g-s "$1/raw" && mv -f "$1/raw/$top" "$1/tree" || fail_writing "$1/tree"
}

# An archive that unfolds beyond the limit ends here: the shell sets the largest file that gzip may write.
decompress() {
  (
    ulimit -f $((max_bytes / 512))
    exec gzip -dc <"$1/archive" >"$1/plain.tar"
  ) 2>"$1/stderr" && return
  if disk_is_full "$1/stderr"; then fail_writing "$1/plain.tar" "$1/stderr"; fi
  if [ "$(($(wc -c <"$1/plain.tar")))" -ge $((max_bytes - 512)) ]; then
    fail INSTALL_ARCHIVE_UNSAFE "The archive unpacks to more than $max_bytes bytes." "$shown_source" \
      'MOCHI_TOOLCHAIN_MAX_BYTES=… ./mochi setup when this size is right'
  fi
  fail_archive "$1"
}

fail_archive() {
  if disk_is_full "$1/stderr"; then fail_writing "$1" "$1/stderr"; fi
  fail INSTALL_ARCHIVE_DAMAGED "The archive cannot be unpacked$(last_words "$1/stderr")." "$shown_source" 'mochi toolchain check'
}

# Every name below one top folder, none that leads out of it. Sets `top`.
check_names() {
  top='' count=0
  while IFS= read -r name || [ -n "$name" ]; do
    count=$((count + 1))
    if [ -z "$top" ]; then top=${name%%/*}; fi
    case "$name/" in
      /* | ../* | */../*) fail_unsafe "holds the name \"$name\", which leads out of its folder" ;;
    esac
    case "$name/" in
      "$top"/*) ;;
      *) fail_unsafe "must have one top folder; it has \"$top\" and \"${name%%/*}\"" ;;
    esac
  done <"$1"
  case $top in '' | . | -*) fail_unsafe 'has no top folder' ;; esac
  if [ "$count" -gt "$max_files" ]; then fail_unsafe "holds $count files; $max_files are the limit"; fi
}

# Files and folders only. busybox lists a hard link as a file with an arrow.
check_types() {
  tar -tvf "$1/plain.tar" >"$1/listing" 2>"$1/stderr" || fail_archive "$1"
  odd=$(grep -v '^[-d]' "$1/listing" | head -n 1)
  if [ -z "$odd" ]; then odd=$(grep -e ' -> ' -e ' link to ' "$1/listing" | head -n 1); fi
  if [ -n "$odd" ]; then fail_unsafe "holds something that is neither file nor folder: $odd"; fi
}

fail_unsafe() {
  fail INSTALL_ARCHIVE_UNSAFE "The archive $1. Nothing of it was unpacked." "$shown_source" 'mochi toolchain check'
}

# Writes the members to unpack, one a line: a folder's files by name, because busybox tar takes no folder that has no
# entry of its own.
select_members() {
  if [ "$2" = . ]; then return; fi
  : >"$1/members"
  rest=$2,
  while [ -n "$rest" ]; do
    wanted=$top/${rest%%,*}
    rest=${rest#*,}
    while IFS= read -r name; do
      case $name in */) ;; "$wanted" | "$wanted"/*) printf '%s\n' "$name" ;; esac
    done <"$1/names" >"$1/wanted" || fail_writing "$1/wanted"
    if [ ! -s "$1/wanted" ]; then
      fail INSTALL_ARCHIVE_DAMAGED "The archive does not hold ${wanted#*/}, which the lock keeps." "$shown_source" 'mochi toolchain lock'
    fi
    cat "$1/wanted" >>"$1/members" || fail_writing "$1/members"
  done
}
