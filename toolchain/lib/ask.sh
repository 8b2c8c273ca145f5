# shellcheck shell=sh
# Whether a registry answers, asked once, before anybody waits for it.

patience_of_asking=4

# ask_registry URL: false when nothing answers within some seconds; prints why. Every answer will do, whatever its status:
# not each registry has a page to ping, and it gets no token. Where it cannot be asked, it counts as there.
ask_registry() (
  LC_ALL=C # wget's words are looked at
  export LC_ALL
  find_downloader || exit 0
  asking=${TMPDIR:-/tmp}/mochi-ask-$$
  mkdir -m 700 "$asking" 2>/dev/null || exit 0
  trap 'rm -rf "$asking"' EXIT
  trap 'exit 1' HUP INT TERM
  # shellcheck disable=SC2034 # read by download.sh
  authorization='' patience=$patience_of_asking
  prepare_network "$asking"
  address=$(show_url "${1%/}")
  transfer "$address/-/ping" "$asking/answer" && exit 0
  # shellcheck disable=SC2154 # set by `transfer`
  case $reason in *'ERROR '[1-5][0-9][0-9]* | *'error: HTTP/'* | *'Authentication Failed'*) exit 0 ;; esac
  printf '%s' "$reason"
  exit 1
)

# registry_answers URL: for `must` and `--check`.
registry_answers() {
  reason=$(ask_registry "$1") ||
    fault LAUNCHER_REGISTRY_UNREACHABLE 'The registry does not answer.' "$(show_url "$1"): $reason" "$(download_hint "$reason")"
}
