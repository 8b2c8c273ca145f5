# shellcheck shell=sh
# The missing tools, all at once: one background job each, which downloads, verifies, unpacks and puts in place, so that
# one tool is unpacked while others still come in.

max_jobs=8

install_tools() {
  registry='' refused_registry='' authorization=''
  if [ -z "$bundle" ]; then
    must find_downloader
    prepare_network "$work"
    must keeps_secret "$node_site"
    find_registry || ask_npm_of_node_site || registry=''
    if [ -n "$registry" ]; then
      find_authorization
      must keeps_secret "$registry" "$authorization"
    fi
  fi
  start_ticker "$missing_count"
  running=0
  for tool in $missing; do
    if [ "$running" -ge "$max_jobs" ]; then wait_for_first_job; fi
    mkdir -p "$work/tools/$tool" || fail_writing "$work/tools/$tool"
    run_job "$tool" &
    jobs="$jobs $!"
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do wait_for_first_job; done
  stop_ticker
  report_failure
}

wait_for_first_job() {
  first=${jobs# }
  first=${first%% *}
  wait "$first" 2>/dev/null
  jobs=${jobs#" $first"}
  running=$((running - 1))
}

# One error, though several jobs may have failed, mostly for the same reason.
report_failure() {
  failed=''
  for tool in $missing; do
    if [ -f "$work/tools/$tool/done" ]; then continue; fi
    if [ -s "$work/tools/$tool/error" ]; then
      cat "$work/tools/$tool/error" >&2
      exit 1
    fi
    failed=$tool
  done
  if [ -n "$failed" ]; then fail_writing "$work/tools/$failed" "$work/tools/$failed/stderr"; fi
}

run_job() {
  trap - EXIT HUP INT
  ticker='' child=''
  trap 'if [ -n "$child" ]; then kill "$child" 2>/dev/null; fi; exit 143' TERM
  job=$work/tools/$1
  error_file=$job/error
  fetch_tool "$job"
  put_in_place
  : >"$job/done"
  say "$tool $version installed ($(format_bytes $(($(wc -c <"$job/archive")))))"
}

# The folder is in place only now, complete: whoever was faster has put the same bytes there. One that has lost what the lock
# links is moved away, for the moment between two renames.
put_in_place() {
  mkdir -p "$prefix/opt/$tool" && mv "$job/tree" "$job/$folder" || fail_writing "$prefix/opt/$tool"
  if [ -d "$prefix/opt/$tool/$folder" ] && ! is_whole; then
    mkdir -p "$job/damaged" && mv -f "$prefix/opt/$tool/$folder" "$job/damaged/" 2>"$job/stderr"
  fi
  mv -f "$job/$folder" "$prefix/opt/$tool/" 2>"$job/stderr" || is_whole || fail_writing "$prefix/opt/$tool" "$job/stderr"
}

# Leaves the verified files of the tool in $1/tree, from the first of its sources that has it; its `folder` is the first
# line's whichever served it.
fetch_tool() {
  wanted_tool=$tool first_folder='' reasons=''
  while read -r kind tool version of source digest keep links; do
    case "$kind $tool $of" in "artifact $wanted_tool $platform") ;; *) continue ;; esac
    if [ -z "$first_folder" ]; then
      name_folder
      first_folder=$folder
    fi
    if fetch_archive "$1"; then
      verify "$1/archive" "$digest" "$shown_source"
      # npm packs no links; Node's own archive has some beside the files that are kept.
      case $source in
        npm:*) unpack "$1" "$keep" none ;;
        *) unpack "$1" "$keep" outside ;;
      esac
      check_content "$1/tree"
      make_executable "$1/tree"
      folder=$first_folder
      return
    fi
    reasons="$reasons$shown_source: $reason; "
  done <"$lock"
  tool=$wanted_tool
  if [ -n "$bundle" ]; then
    fail INSTALL_BUNDLE_INCOMPLETE "The bundle does not hold $tool for $platform." "$bundle" "./mochi toolchain bundle --platform $platform"
  fi
  fail INSTALL_DOWNLOAD_FAILED "$tool could not be downloaded." "${reasons%; }" "$(download_hint "$reasons")"
}

# fetch_archive FOLDER: the archive of the lock line at hand into FOLDER/archive; false with the `reason`.
fetch_archive() {
  shown_source=$source
  if [ -n "$bundle" ]; then
    take_from_bundle "$1"
    return
  fi
  case $source in
    npm:*)
      if [ -z "$registry" ]; then
        reason='no registry is configured on this machine (MOCHI_REGISTRY, npm_config_registry, registry= in .npmrc)'
        if [ -n "$refused_registry" ]; then reason="no registry: ${refused_registry%.}"; fi
        return 1
      fi
      package=${source#npm:}
      package=${package%@*}
      url=$registry/$package/-/${package##*/}-${source##*@}.tgz
      ;;
    node-site:*) url=$node_site/${source#node-site:} ;;
    *)
      reason='a kind of source that this installer does not know'
      return 1
      ;;
  esac
  shown_source=$(show_url "$url")
  if [ "$url" = "${asked-}" ] && [ -f "$work/ask/archive" ]; then
    mv -f "$work/ask/archive" "$1/archive"
  else
    download "$url" "$1/archive"
  fi
}

# A tool with several sources has the digest of a file that all must give.
check_content() {
  while read -r kind content_tool content_version of file want; do
    case "$kind $content_tool $content_version $of" in "content $tool $version $platform") ;; *) continue ;; esac
    if [ "$file" = . ]; then continue; fi
    found=sha256:$(digest sha256 <"$1/$file")
    if [ "$found" != "$want" ]; then
      fail INSTALL_CONTENT_MISMATCH "$file of $tool must have $(shorten "$want"); this source gave $(shorten "$found")." "$shown_source" \
        './mochi toolchain lock --dry-run, and tell who keeps the registry'
    fi
  done <"$lock"
}

make_executable() {
  rest=$links,
  while [ -n "$rest" ]; do
    link=${rest%%,*}
    rest=${rest#*,}
    chmod a+x "$1/${link#*=}" 2>/dev/null ||
      fail INSTALL_ARCHIVE_DAMAGED "The archive does not hold ${link#*=}, which the lock links." "$shown_source" './mochi toolchain lock'
  done
}
