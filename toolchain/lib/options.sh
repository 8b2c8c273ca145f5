# shellcheck shell=sh
# shellcheck disable=SC2034 # the options are read by the other files
# The command line.

print_usage() {
  cat <<'USAGE'
Installs the toolchain of this checkout and prints its folder.

usage: toolchain/install [options]
  --prefix DIR    install there (default: $MOCHI_PREFIX, /mochi when it is yours to write, ~/.mochi)
  --platform P    install for linux-x64, linux-arm64, darwin-x64 or darwin-arm64 instead of this machine
  --bundle FILE   take every artefact from FILE (made by `mochi toolchain bundle`), without a network
  --check         only say what this machine lacks and how to mend it; exit code 1 when something is missing
  --json          with --check: as JSON
  --quiet         print errors only
  --help          this text

environment: MOCHI_PREFIX, MOCHI_REGISTRY, MOCHI_NODE_SITE (instead of https://nodejs.org/dist),
  https_proxy, http_proxy, no_proxy, NODE_EXTRA_CA_CERTS (an extra certificate file, for curl, npm and Node alike),
  MOCHI_TOOLCHAIN_MAX_BYTES (the largest unpacked archive accepted; default 1 GiB)
USAGE
}

parse_options() {
  prefix_option='' wanted_platform='' bundle='' checking=no json=no quiet=no
  while [ $# -gt 0 ]; do
    case $1 in
      --*=*)
        option=$1
        shift
        set -- "${option%%=*}" "${option#*=}" "$@"
        continue
        ;;
      --prefix | --platform | --bundle)
        if [ -z "${2-}" ]; then
          fail INSTALL_USAGE "The option $1 needs a value." '' 'toolchain/install --help'
        fi
        case $1 in
          --prefix) prefix_option=$2 ;;
          --platform) wanted_platform=$2 ;;
          --bundle) bundle=$2 ;;
        esac
        shift
        ;;
      --check) checking=yes ;;
      --json) json=yes ;;
      --quiet) quiet=yes ;;
      --help | -h)
        print_usage
        exit 0
        ;;
      *) fail INSTALL_USAGE "toolchain/install knows no option \"$1\"." '' 'toolchain/install --help' ;;
    esac
    shift
  done
}
