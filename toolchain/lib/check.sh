# shellcheck shell=sh
# `--check`: everything that this machine lacks, at once, each with the command that mends it. Nothing is changed and
# nothing is downloaded; the registry is asked whether it is there. This is what `mochi doctor` shows while there is no toolchain.

check_machine() {
  faults=0 rows=''
  if [ -n "$wanted_platform" ]; then
    choose_platform
    host_os=${platform%%-*}
    pass platform "$platform"
  elif examine platform detect_platform && examine platform host_is_supported; then
    pass platform "$platform${libc:+, $libc}"
  fi
  if examine download find_downloader; then pass download "$downloader"; fi
  if examine digest find_digest_program; then pass digest "$digest_program"; fi
  for program in tar gzip git; do
    if examine "$program" find_program "$program"; then pass "$program" "$(command -v "$program")"; fi
  done
  if examine prefix choose_prefix; then pass prefix "$prefix"; fi
  if [ -n "$prefix" ] && examine disk.prefix has_room; then pass disk.prefix "$room"; fi
  if find_registry; then
    find_authorization
    if examine registry keeps_secret "$registry" "$authorization" && examine registry keeps_secret "$node_site" &&
      examine registry registry_answers "$registry"; then
      pass registry "$(show_url "$registry") (from $registry_from)"
    fi
  elif [ -n "$refused_registry" ]; then
    fault INSTALL_DOWNLOAD_FAILED "$refused_registry" '' 'MOCHI_REGISTRY=https://your-registry ./mochi setup'
    note_fault registry
  elif examine registry keeps_secret "$node_site" && examine registry registry_answers "$node_site"; then
    pass registry "none configured; the npm in Node's own archive is asked ($(show_url "$node_site"))"
  fi
  check_generation
  check_dependencies
  print_report
  if [ "$faults" -gt 0 ]; then exit 1; fi
  exit 0
}

# That nothing is installed yet is no fault of the machine.
check_generation() {
  if [ -z "${digest_program-}" ]; then return; fi
  examine toolchain.lock lock_is_usable || return
  read_lock
  if [ -d "${prefix:-/nowhere}/env/$generation/bin" ]; then
    pass toolchain.installed "$generation, installed"
  elif [ "$json" = yes ]; then
    add_finding toolchain.installed warn "$generation, not installed" \
      'The pinned tools are not there yet.' './mochi setup'
  else
    pass toolchain.installed "$generation, not installed (next: $(as_called './mochi setup'))"
  fi
}

lock_is_usable() {
  file=$checkout/toolchain/toolchain.lock
  if [ ! -r "$file" ]; then
    fault INSTALL_LOCK_MISSING 'toolchain.lock is not there, or cannot be read.' "$file" "$mend_lock"
    return
  fi
  (read_lock) >/dev/null 2>&1 || fault INSTALL_LOCK_DAMAGED 'The id of toolchain.lock is not that of its content.' "$file" "$mend_lock"
}

# That the stamp is there, not whether it is old: who has it runs tools/cli, which looks more closely.
check_dependencies() {
  if [ ! -f "$checkout/pnpm-lock.yaml" ]; then
    fault LAUNCHER_DEPENDENCIES_FAILED 'pnpm-lock.yaml is not there.' "$checkout/pnpm-lock.yaml" "$restore_pnpm_lock"
    note_fault dependencies 'Nothing tells which versions belong here, and none can be installed.'
    return
  fi
  # Where there is no toolchain yet, `setup` installs both.
  if [ ! -d "${prefix:-/nowhere}/env/${generation:-none}/bin" ]; then return; fi
  if [ -f "$checkout/node_modules/.mochi-stamp" ]; then pass dependencies installed; return; fi
  fault LAUNCHER_NOT_SET_UP 'The dependencies are not installed.' "$checkout/node_modules" './mochi setup'
  note_fault dependencies 'No command runs that works on the checkout.'
}

# examine NAME COMMAND…: runs a check; its fault becomes a row.
examine() {
  name=$1
  shift
  "$@" && return
  note_fault "$name"
  return 1
}

# note_fault NAME [MEANING]
note_fault() {
  faults=$((faults + 1))
  if [ "$json" = yes ]; then
    add_finding "$1" missing "$fault_message${fault_where:+ ($fault_where)}" "${2:-The toolchain cannot be installed.}" \
      "$fault_next" "$fault_code"
  else
    rows="$rows  missing  $1: $fault_message
${fault_where:+             where: $fault_where
}             next:  $(as_called "$fault_next")
             code:  $fault_code
"
  fi
}

pass() {
  if [ "$json" = yes ]; then
    add_finding "$1" ok "$2"
  else
    rows="$rows  ok       $1: $2
"
  fi
}

# add_finding ID STATE FOUND [MEANING [FIX [CODE]]]: as `Finding` in tools/cli/src/doctor/finding.ts, which a test holds it to.
add_finding() {
  rows="$rows${rows:+,}{\"id\":$(quote "$1"),\"state\":\"$2\",\"found\":$(quote "$3")$(field meaning "${4-}")$(field fix "${5-}")$(field code "${6-}")}"
}

field() { if [ -n "$2" ]; then printf ',"%s":%s' "$1" "$(quote "$2")"; fi; }

print_report() {
  if [ "$json" = yes ]; then
    printf '{"root":%s%s%s,"findings":[%s]}\n' "$(quote "$checkout")" "$(field platform "${platform-}")" \
      "$(field prefix "${prefix-}")" "$rows"
    return
  fi
  printf '%s' "$rows"
  case $faults in
    0) printf 'nothing is missing\n' ;;
    *) printf '%s missing\n' "$faults" ;;
  esac
}

# A JSON string. Nobody needs to see a control character.
quote() {
  printf '"'
  printf '%s' "$1" | tr '[:cntrl:]' ' ' | sed 's/[\\"]/\\&/g'
  printf '"'
}
