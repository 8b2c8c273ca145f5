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
# LINKS says where links may be: `none`, `outside` of what is kept, or `anywhere`.
unpack() {
  decompress "$1"
  tar -tf "$1/plain.tar" >"$1/names" 2>"$1/stderr" || fail_archive "$1"
  check_names "$1/names"
  if [ "$3" = none ]; then check_types "$1"; fi
  mkdir "$1/raw" || fail_writing "$1/raw"
  extract "$1" "$2"
  rm -f "$1/plain.tar"
  chmod -R u+rwX,go+rX,go-w,u-s,g-s "$1/raw" || fail_writing "$1/raw"
  if [ "$2" = . ]; then
    mv -f "$1/raw/$top" "$1/tree" || fail_writing "$1/tree"
  else
    keep_only "$1" "$2,"
  fi
  if [ "$3" = outside ]; then check_kept "$1/tree"; fi
}

# extract FOLDER KEEP: when KEEP names files alone, no other file is written: Node's archive has thousands of headers.
# A folder is not handed to tar, because busybox finds only one that has an entry of its own.
extract() {
  folder_of_archive=$1 left=$2,
  set --
  while [ -n "$left" ]; do
    member=$top/${left%%,*}
    left=${left#*,}
    if grep -Fxq -e "$member" "$folder_of_archive/names"; then
      set -- "$@" "$member"
    else
      set --
      break
    fi
  done
  tar -xof "$folder_of_archive/plain.tar" -C "$folder_of_archive/raw" "$@" 2>"$folder_of_archive/stderr" ||
    fail_archive "$folder_of_archive"
}

# keep_only FOLDER KEEP: moves each path of the list, which ends with a comma, from the unpacked archive into FOLDER/tree.
keep_only() {
  left=$2
  while [ -n "$left" ]; do
    member=${left%%,*}
    left=${left#*,}
    if [ ! -e "$1/raw/$top/$member" ]; then
      fail INSTALL_ARCHIVE_DAMAGED "The archive does not hold $member, which the lock keeps." "$shown_source" './mochi toolchain lock'
    fi
    parent=/$member
    parent=${parent%/*}
    mkdir -p "$1/tree$parent" && mv -f "$1/raw/$top/$member" "$1/tree$parent/" || fail_writing "$1/tree"
  done
}

# An archive that unfolds beyond the limit ends here: the shell sets the largest file that gzip may write. The signal is
# ignored so that gzip sees an error, and no shell reports a signal.
decompress() {
  (
    trap '' XFSZ
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
  fail INSTALL_ARCHIVE_DAMAGED "The archive cannot be unpacked$(last_words "$1/stderr")." "$shown_source" './mochi toolchain check'
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

# Files and folders only. The first letter of a line tells, except for a hard link of busybox (`name -> target`) and one
# with bytes of its own of bsdtar (`name link to target`); a plain file may have such a name, but nothing follows it.
check_types() {
  tar -tvf "$1/plain.tar" >"$1/listing" 2>"$1/stderr" || fail_archive "$1"
  odd=$(grep -v '^[-d]' "$1/listing" | head -n 1)
  if [ -z "$odd" ] && grep -q -e ' -> ' -e ' link to ' "$1/listing"; then find_hidden_link "$1"; fi
  if [ -n "$odd" ]; then fail_unsafe "holds something that is neither file nor folder: $odd"; fi
}

# find_hidden_link FOLDER: sets `odd` to a line of the listing that goes on behind the name on the same line of the names.
find_hidden_link() {
  while IFS= read -r name <&3 && IFS= read -r listed <&4; do
    case $listed in *" $name -> "* | *" $name link to "*) odd=$listed ;; esac
  done 3<"$1/names" 4<"$1/listing"
}

# By the mode that `ls` shows, not by name; `find` is missing on small machines.
check_kept() {
  # shellcheck disable=SC2010 # no name is taken from the list
  odd=$(ls -lR "$1" | grep '^[lbcps][-r][-w]' | head -n 1)
  if [ -n "$odd" ]; then fail_unsafe "has a link where the lock keeps a file: $odd"; fi
}

fail_unsafe() {
  fail INSTALL_ARCHIVE_UNSAFE "The archive $1. Nothing of it was installed." "$shown_source" './mochi toolchain check'
}
