# shellcheck shell=sh
# toolchain.lock: its id verified, and what of it is not yet in the prefix. The format stands in toolchain/README.md.

# Sets `lock` and `generation`.
read_lock() {
  lock=$checkout/toolchain/toolchain.lock
  if [ ! -r "$lock" ]; then
    fail INSTALL_LOCK_MISSING 'The checkout has no toolchain.lock that can be read.' "$lock" "$mend_lock"
  fi
  {
    read -r word generation _
    found=$(digest sha256)
  } <"$lock"
  case $word-$generation in
    *[!a-z0-9-]*) generation='' ;;
    generation-????????????????) ;;
    *) generation='' ;;
  esac
  case $found in
    "${generation:-none}"*) ;;
    *)
      fail INSTALL_LOCK_DAMAGED "The first line of toolchain.lock must be \"generation\" and the digest of the rest; it is \"$word $generation\", the rest has ${found%"${found#????????????????}"}." \
        "$lock" "$mend_lock"
      ;;
  esac
}

# Sets `missing`, the tools that are not whole in opt/; `missing_links`, whether the generation lacks one of its links; and
# `node_folder`.
plan_tools() {
  missing='' missing_count=0 missing_links=no served=' ' named='' node_folder=''
  while read -r kind tool version of source digest keep links; do
    case $kind in
      script) if [ ! -e "$prefix/env/$generation/bin/$tool" ]; then missing_links=yes; fi ;;
      artifact)
        check_fields
        named="$named $tool"
        if [ "$of" = "$platform" ]; then plan_tool; fi
        ;;
    esac
  done <"$lock"
  for tool in $named; do
    case $served in
      *" $tool "*) ;;
      *)
        fail INSTALL_PLATFORM_UNKNOWN "toolchain.lock has no artefact of $tool for $platform." "$lock" './mochi toolchain check'
        ;;
    esac
  done
  refuse_other_platform
}

# The first line of a tool names its folder, whichever source serves it.
plan_tool() {
  case $served in *" $tool "*) return ;; esac
  served="$served$tool "
  name_folder
  if [ "$tool" = node ]; then node_folder=$prefix/opt/node/$folder; fi
  rest=$links,
  while [ -n "$rest" ]; do
    if [ ! -h "$prefix/env/$generation/bin/${rest%%=*}" ]; then missing_links=yes; fi
    rest=${rest#*,}
  done
  if is_whole; then return; fi
  missing="$missing $tool"
  missing_count=$((missing_count + 1))
}

# Whether the tool's folder has every file that the lock links, fit to run.
is_whole() {
  rest=$links,
  while [ -n "$rest" ]; do
    member=${rest%%,*}
    if [ ! -x "$prefix/opt/$tool/$folder/${member#*=}" ]; then return 1; fi
    rest=${rest#*,}
  done
}

# Sets `folder`, the name below opt/TOOL/: version and the first 12 digits of the digest.
name_folder() {
  folder=${digest#*:}
  folder=$version-${folder%"${folder#????????????}"}
}

# What becomes part of a path or an address here must not leave its folder. A field too many ends up in `links`.
check_fields() {
  damaged=no
  case $tool$version$of$source$digest$keep$links in *[!A-Za-z0-9._,=@:/+-]* | *..*) damaged=yes ;; esac
  case $tool$version$of in '' | */*) damaged=yes ;; esac
  case $digest in sha256:?????????????* | sha512:?????????????*) ;; *) damaged=yes ;; esac
  case ,$keep, in *,/* | *,,*) damaged=yes ;; esac
  case $links in *=/* | *= | =*) damaged=yes ;; *=*) ;; *) damaged=yes ;; esac
  if [ "$damaged" = yes ]; then
    fail INSTALL_LOCK_DAMAGED 'A line of toolchain.lock is not what `mochi toolchain lock` writes.' "$lock: artifact $tool $version" \
      './mochi toolchain lock'
  fi
}

# One folder cannot serve two platforms: the generation's name does not tell them apart.
refuse_other_platform() {
  installed=''
  if [ -f "$prefix/env/$generation/platform" ]; then read -r installed <"$prefix/env/$generation/platform"; fi
  if [ -n "$installed" ] && [ "$installed" != "$platform" ]; then
    fail INSTALL_PLATFORM_CLASH "This generation is installed in the prefix for $installed; asked for $platform." \
      "$prefix/env/$generation" "toolchain/install --platform $platform --prefix /another/folder"
  fi
}

is_installed() { [ -z "$missing" ] && [ "$missing_links" = no ] && [ -d "$prefix/env/$generation/bin" ] && npm_is_settled; }

is_current() { [ "$prefix/env/current" -ef "$prefix/env/$generation" ] && profiles_are_written; }
