# shellcheck shell=sh
# The variables that say which registry npm and pnpm ask. Builtins only, until a registry has run in this prefix.
# shellcheck disable=SC2154 # `prefix` and `changed` are set by the launcher

# As `platformPorts` in libs/names says.
own_registry=http://127.0.0.1:4873/

# export_registry [own]: the registry that MOCHI_REGISTRY names. With `own`, where that variable is not set at all, the
# registry of this user's platform while it answers; MOCHI_UPSTREAM_REGISTRY then says in whose place. Else the one that npm's
# variable names, if any. pnpm does not read that, and npm knows it in upper case too.
export_registry() {
  leave_own_registry
  if [ -z "${MOCHI_REGISTRY+set}" ] && [ "${1-}" = own ] && had_registry && own_registry_answers; then enter_own_registry; fi
  npm_config_registry=${MOCHI_REGISTRY:-${npm_config_registry:-${NPM_CONFIG_REGISTRY-}}}
  if [ -z "$npm_config_registry" ]; then unset npm_config_registry; return 0; fi
  pnpm_config_registry=${MOCHI_REGISTRY:-${pnpm_config_registry:-$npm_config_registry}}
  changed="$changed npm_config_registry pnpm_config_registry"
  if [ -n "${NPM_CONFIG_REGISTRY-}" ]; then
    NPM_CONFIG_REGISTRY=$npm_config_registry
    changed="$changed NPM_CONFIG_REGISTRY"
  fi
  export npm_config_registry pnpm_config_registry
}

# Empty where no variable named a registry: that it is set says who has set the others.
enter_own_registry() {
  MOCHI_UPSTREAM_REGISTRY=${npm_config_registry:-${NPM_CONFIG_REGISTRY-}}
  npm_config_registry=$own_registry pnpm_config_registry=$own_registry
  export MOCHI_UPSTREAM_REGISTRY
}

# What a `mochi` further up has set is as old as that: the registry may have ended.
leave_own_registry() {
  if [ -z "${MOCHI_UPSTREAM_REGISTRY+set}" ]; then return; fi
  if [ "${npm_config_registry-}" = "$own_registry" ]; then
    npm_config_registry=$MOCHI_UPSTREAM_REGISTRY
    unset pnpm_config_registry
  fi
  unset MOCHI_UPSTREAM_REGISTRY
}

# Whether a registry of this user has ever run in this prefix, with the look of `is_ours`.
had_registry() {
  for folder in "$prefix" "$prefix/var" "$prefix/var/registry"; do
    if [ ! -O "$folder" ] || [ -h "$folder" ]; then return 1; fi
  done
}

# Another server may have the port, a Verdaccio by default.
own_registry_answers() { case $(ask_own_registry) in '{"registry":"mochi"}'*) ;; *) return 1 ;; esac; }

# Who hangs on that port keeps nobody waiting.
ask_own_registry() {
  if command -v curl >/dev/null; then
    curl -q --silent --noproxy '*' --max-time 0.05 "$own_registry-/ping"
  else
    ask_by_wget "$own_registry-/ping"
  fi 2>/dev/null
}

# Its option -T makes the busybox of some distributions crash.
ask_by_wget() {
  http_proxy='' no_proxy=127.0.0.1 wget -q -O - "$1" &
  asking=$! sleeper=''
  {
    trap 'kill "$sleeper"; exit' TERM
    sleep 1 &
    sleeper=$!
    wait "$sleeper"
    kill "$asking"
  } >/dev/null &
  wait "$asking"
  kill "$!"
}
