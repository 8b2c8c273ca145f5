# shellcheck shell=sh
# What npm's configuration says: `key=value` lines, `${NAME}` standing for the environment.

user_npmrc() { printf '%s' "${NPM_CONFIG_USERCONFIG:-${npm_config_userconfig:-${HOME-}/.npmrc}}"; }

# npmrc_value FILE KEY: sets `value`; false when the file does not say. The last line wins, as for npm.
npmrc_value() {
  value=''
  if [ ! -r "$1" ] || [ ! -f "$1" ]; then return 1; fi
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *"$2"*) ;; *) continue ;; esac
    line=$(trim "$line")
    case $line in "$2="* | "$2 "*=*) ;; *) continue ;; esac
    case $(trim "${line%%=*}") in "$2") ;; *) continue ;; esac
    value=$(trim "${line#*=}")
    case $value in
      \"*\") value=${value#\"} value=${value%\"} ;;
      \'*\') value=${value#\'} value=${value%\'} ;;
    esac
    expand_value
  done <"$1"
  [ -n "$value" ]
}

# find_setting KEY: sets `value`, the checkout's before the user's.
find_setting() {
  # shellcheck disable=SC2154 # set by the installer, or by who asks
  npmrc_value "$checkout/.npmrc" "$1" || npmrc_value "$(user_npmrc)" "$1"
}

# Without the white space at both ends, the carriage return of a file written on Windows included.
trim() {
  text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# Replaces each ${NAME} in `value`; one that is not set is empty, and what is no name stays as it is.
expand_value() {
  expanded=''
  while :; do
    case $value in *'${'*'}'*) ;; *) break ;; esac
    before=${value%%'${'*}
    value=${value#*'${'}
    name=${value%%'}'*}
    value=${value#*'}'}
    case $name in
      '' | *[!A-Za-z0-9_]* | [0-9]*) expanded="$expanded$before\${$name}" ;;
      *)
        eval "found=\${$name-}"
        expanded=$expanded$before$found
        ;;
    esac
  done
  value=$expanded$value
}
