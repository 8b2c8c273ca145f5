# shellcheck shell=sh
# Where packages come from. No registry's address is written anywhere here: the machine's configuration has it, or npm
# itself, be it the one in the archive of Node's own download site.

node_site=${MOCHI_NODE_SITE:-https://nodejs.org/dist}
node_site=${node_site%/}

# Sets `registry`, without the slash at its end, and `registry_from`; false when nothing on this machine names one, with
# `refused_registry` when what does is no address.
find_registry() {
  registry='' registry_from='' refused_registry=''
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
    *)
      if [ -n "$1" ] && [ -z "${refused_registry-}" ]; then refuse_registry "$1" "$2"; fi
      return 1
      ;;
  esac
}

# Without a scheme nothing tells a password from the rest.
refuse_registry() {
  refused_registry="$2 must be an address that begins with https:// or http://"
  case $1 in *@*) ;; *) refused_registry="$refused_registry; it is \"$1\"" ;; esac
  refused_registry=$refused_registry.
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

# Sets `authorization`, the header's value that npm's configuration has for the registry, the most exact entry first, the
# checkout's before the user's. Pairs of `username` and `_password` are not read.
find_authorization() {
  authorization=''
  address=${registry#*://}
  authority=${address%%/*}
  key=//${authority##*@}${address#"$authority"}/
  own_npmrc=$(user_npmrc)
  while :; do
    key=${key%/*}
    case $key in / | '') return ;; esac
    for file in "$checkout/.npmrc" "$own_npmrc"; do
      if npmrc_value "$file" "$key/:_authToken"; then
        authorization="Bearer $value"
        return
      fi
      if npmrc_value "$file" "$key/:_auth"; then
        authorization="Basic $value"
        return
      fi
    done
  done
}

# keeps_secret URL [AUTHORIZATION]: false when a password or a token would cross a network in clear.
keeps_secret() {
  case $1 in https://*) return 0 ;; esac
  if is_loopback "$1"; then return 0; fi
  if [ -z "${2-}" ] && ! has_password "$1"; then return 0; fi
  fault INSTALL_TOKEN_IN_CLEAR 'A token or password belongs to this address, and http: would send it in clear over the network.' \
    "$(show_url "$1")" 'MOCHI_REGISTRY=https://… ./mochi setup'
}

# 127.0.0.0/8, ::1 and localhost, as `isLoopback` in src/registry.ts. A name may begin like an address: 127.evil.example.
is_loopback() {
  authority=${1#*://}
  authority=${authority%%[/?#]*}
  authority=${authority##*@}
  case $authority in
    localhost | localhost:* | '[::1]' | '[::1]':*) ;;
    127.*.*.*)
      authority=${authority%%:*}
      case $authority in *[!0-9.]* | *.*.*.*.* | *..* | *.) return 1 ;; esac
      ;;
    *) return 1 ;;
  esac
}
