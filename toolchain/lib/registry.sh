# shellcheck shell=sh
# Where packages come from. No registry's address is written anywhere here: the machine's configuration has it, or npm
# itself, be it the one in the archive of Node's own download site.

node_site=${MOCHI_NODE_SITE:-https://nodejs.org/dist}
node_site=${node_site%/}

# Sets `registry`, without the slash at its end, and `registry_from`; false when nothing on this machine names one.
find_registry() {
  registry='' registry_from=''
  set_registry "${MOCHI_REGISTRY-}" MOCHI_REGISTRY && return
  set_registry "${npm_config_registry:-${NPM_CONFIG_REGISTRY-}}" npm_config_registry && return
  for file in "$checkout/.npmrc" "$(user_npmrc)"; do
    npmrc_value "$file" registry && set_registry "$value" "$file" && return
  done
  has npm && set_registry "$(cd "$checkout" && npm config get registry 2>/dev/null)" 'npm config get registry'
}

set_registry() {
  case $1 in
    http://* | https://*)
      registry=${1%/}
      registry_from=$2
      ;;
    *) return 1 ;;
  esac
}

# For a machine with nothing but a downloader: Node's archive from its own site, verified, holds an npm that can be asked.
# The archive is left where the job that installs node finds it.
ask_npm_of_node_site() {
  mkdir -p "$work/ask"
  asked=''
  detect_platform || return
  while read -r kind tool version of source digest keep links; do
    case "$kind $tool $of $source" in "artifact node $platform node-site:"*) ;; *) continue ;; esac
    asked=$node_site/${source#node-site:}
    say "asking the npm of Node's own archive for the registry"
    download "$asked" "$work/ask/archive" || return
    verify "$work/ask/archive" "$digest" "$asked"
    unpack "$work/ask" 'bin/node,lib/node_modules/npm' anywhere
    break
  done <"$lock"
  if [ -z "$asked" ]; then return 1; fi
  set_registry "$(
    cd "$checkout" &&
      "$work/ask/tree/bin/node" "$work/ask/tree/lib/node_modules/npm/bin/npm-cli.js" config get registry 2>/dev/null
  )" "npm of $asked"
}

# Sets `authorization`, the header's value that npm's configuration has for an address, the most exact entry first.
find_authorization() {
  authorization=''
  case $1 in
    https://* | http://127.0.0.1[:/]* | http://localhost[:/]* | http://\[::1\]*) ;;
    *) return 1 ;; # a token is never sent in clear beyond this machine
  esac
  key=//${1#*://}
  if has_password "$1"; then key=//${key#*@}; fi
  while :; do
    key=${key%/*}
    case $key in / | '') return 1 ;; esac
    if npmrc_value "$(user_npmrc)" "$key/:_authToken"; then
      authorization="Bearer $value"
      return
    fi
    if npmrc_value "$(user_npmrc)" "$key/:_auth"; then
      authorization="Basic $value"
      return
    fi
  done
}
