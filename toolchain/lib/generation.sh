# shellcheck shell=sh
# A generation: a folder of relative links into opt/, complete when it can be seen.

# Copies the internal scripts of the lock into a folder named by their digests. Sets `scripts`, that folder's name.
install_scripts() {
  scripts='' script_lines=''
  while read -r kind name want rest; do
    if [ "$kind" != script ]; then continue; fi
    case $name$rest in '' | *[!A-Za-z0-9._-]* | .*) fail INSTALL_LOCK_DAMAGED 'A script line of toolchain.lock is damaged.' "$lock" './mochi toolchain lock' ;; esac
    script_lines="${script_lines}script $name $want
"
  done <"$lock"
  if [ -z "$script_lines" ]; then return; fi
  scripts=$(printf '%s' "$script_lines" | digest sha256)
  scripts=${scripts%"${scripts#????????????}"}
  if [ -d "$prefix/opt/scripts/$scripts" ]; then return; fi
  mkdir -p "$prefix/opt/scripts" "$work/scripts/$scripts" || fail_writing "$prefix/opt/scripts"
  copy_scripts
  mv -f "$work/scripts/$scripts" "$prefix/opt/scripts/" 2>"$work/stderr" || [ -d "$prefix/opt/scripts/$scripts" ] ||
    fail_writing "$prefix/opt/scripts" "$work/stderr"
}

copy_scripts() {
  while read -r kind name want; do
    if [ "$kind" != script ]; then continue; fi
    target=$work/scripts/$scripts/$name
    cp "$checkout/toolchain/bin/$name" "$target" 2>"$work/stderr" && chmod 755 "$target" || fail_writing "$target" "$work/stderr"
    if [ "sha256:$(digest sha256 <"$target")" != "$want" ]; then
      fail INSTALL_SCRIPT_CHANGED "The script $name is not the one in toolchain.lock." "$checkout/toolchain/bin/$name" './mochi toolchain lock'
    fi
  done <"$lock"
}

# What npm takes for its global folder is the folder of the node that runs it, here one that must never change. So that
# node's global npmrc names another, for the locked node alone: a variable would reach every npm, and nvm refuses to work
# with one.
settle_npm() {
  if npm_is_settled; then return; fi
  mkdir -p "$work/npm/etc" && printf 'prefix=${HOME}/.local\n' >"$work/npm/etc/npmrc" || fail_writing "$work/npm"
  mv -f "$work/npm/etc" "$node_folder/" 2>"$work/stderr" || npm_is_settled || fail_writing "$node_folder/etc" "$work/stderr"
}

npm_is_settled() { [ -z "$node_folder" ] || [ -f "$node_folder/etc/npmrc" ]; }

build_generation() {
  plan_tools # another run may have built it since
  if [ -d "$prefix/env/$generation/bin" ] && [ "$missing_links" = no ]; then return; fi
  building=$work/generation/$generation
  mkdir -p "$building/bin" || fail_writing "$building"
  printf '%s\n' "$platform" >"$building/platform" || fail_writing "$building/platform"
  link_tools
  # A generation that lost a link is moved away whole, for the moment between two renames.
  if [ -d "$prefix/env/$generation" ]; then mkdir -p "$work/replaced" && mv -f "$prefix/env/$generation" "$work/replaced/" 2>/dev/null; fi
  mv -f "$building" "$prefix/env/" 2>"$work/stderr" || [ -d "$prefix/env/$generation/bin" ] ||
    fail_writing "$prefix/env" "$work/stderr"
}

link_tools() {
  linked=' '
  while read -r kind tool version of source digest keep links; do
    case $kind in
      script) add_link "$tool" "scripts/$scripts/$tool" ;;
      artifact)
        if [ "$of" != "$platform" ]; then continue; fi
        case $linked in *" $tool "*) continue ;; esac
        linked="$linked$tool "
        name_folder
        link_tool
        ;;
    esac
  done <"$lock"
}

link_tool() {
  rest=$links,
  while [ -n "$rest" ]; do
    add_link "${rest%%=*}" "$tool/$folder/${rest#*=}"
    rest=${rest#*,}
  done
}

# add_link NAME PATH BELOW OPT, up to the next comma
add_link() {
  ln -s "../../../opt/${2%%,*}" "$building/bin/$1" 2>"$work/stderr" || fail_writing "$building/bin/$1" "$work/stderr"
}

# `mv` with a folder as its last operand renames over env/current; with the link's own path it would follow the link and
# put the new one inside the old generation.
activate() {
  write_profiles
  printf '%s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$generation" "$checkout" >>"$prefix/var/toolchain/history" ||
    fail_writing "$prefix/var/toolchain/history"
  ln -s "$generation" "$work/current" && mv -f "$work/current" "$prefix/env/" || fail_writing "$prefix/env/current"
}
