# shellcheck shell=sh
# One file from one address, by curl or wget. Addresses and tokens are handed over in files of mode 0600, never as
# arguments, which everybody can list.

# curl and wget take the proxy variables in lower case; wget only so. A CGI's HTTP_PROXY is a request header: not taken.
# What .npmrc says comes before the variables, as for npm and pnpm. The argument is a folder for a file of all certificates.
prepare_network() {
  if [ -z "${https_proxy-}" ] && [ -n "${HTTPS_PROXY-}" ]; then export https_proxy="$HTTPS_PROXY"; fi
  if [ -z "${http_proxy-}" ] && [ -n "${HTTP_PROXY-}" ] && [ -z "${REQUEST_METHOD-}" ]; then export http_proxy="$HTTP_PROXY"; fi
  if [ -z "${no_proxy-}" ] && [ -n "${NO_PROXY-}" ]; then export no_proxy="$NO_PROXY"; fi
  if find_setting https-proxy || find_setting proxy; then export https_proxy="$value" http_proxy="$value"; fi
  if find_setting http-proxy; then export http_proxy="$value"; fi
  if find_setting noproxy || find_setting no-proxy; then export no_proxy="$value"; fi
  certificates=${CURL_CA_BUNDLE:-${SSL_CERT_FILE-}}
  if [ -z "$certificates" ] && [ -r "${NODE_EXTRA_CA_CERTS:-/nowhere}" ]; then
    certificates=$1/certificates.pem
    cat "$(system_certificates)" "$NODE_EXTRA_CA_CERTS" >"$certificates" || fail_writing "$certificates"
  fi
}

system_certificates() {
  for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem \
    /etc/ssl/cert.pem /opt/homebrew/etc/ca-certificates/cert.pem /dev/null; do
    if [ -r "$file" ]; then
      printf '%s' "$file"
      return
    fi
  done
}

# download URL FILE: into the prefix; false when it cannot be had, with the `reason`.
download() {
  transfer "$1" "$2" && return
  if disk_is_full "$words"; then fail_writing "$2" "$words"; fi
  return 1
}

# transfer URL FILE: the same wherever the file is. With `patience`, one attempt of so many seconds, and curl takes an
# answer of any status; what wget says of one is in the `reason`.
transfer() {
  words=$2.stderr
  (umask 077 && : >"$2.request") || fail_writing "$2.request"
  case $downloader in
    curl) run_curl "$1" "$2" ;;
    gnu-wget) run_gnu_wget "$1" "$2" ;;
    busybox-wget) run_busybox_wget "$1" "$2" ;;
  esac && return
  reason=$(grep -e '^curl: (' -e '^wget: ' -e ERROR "$words" | head -n 1)
  if [ -z "$reason" ]; then reason=$(tail -n 1 "$words"); fi
  reason=$(show_url "${reason#curl: }")
  if [ -z "$reason" ]; then reason='the downloader failed without a word'; fi
  return 1
}

run_curl() {
  {
    printf 'url = "%s"\noutput = "%s"\n' "$1" "$2"
    printf 'silent\nshow-error\nlocation\nmax-redirs = 10\nproto = "=http,https"\n'
    if [ -n "${patience-}" ]; then
      printf 'max-time = %s\n' "$patience"
    else
      printf 'fail\nconnect-timeout = 20\nspeed-limit = 1\nspeed-time = 30\nretry = 2\nretry-delay = 1\n'
    fi
    case $1 in https://*) printf 'proto-redir = "=https"\n' ;; esac
    if [ -n "$certificates" ]; then printf 'cacert = "%s"\n' "$certificates"; fi
    if belongs_to_registry "$1"; then printf 'header = "Authorization: %s"\n' "$authorization"; fi
  } >>"$2.request"
  interruptible curl --config "$2.request" 2>"$words"
}

# Up to version 1.21 GNU wget sends the header of a request to whatever host it is redirected to: no redirect with a token.
run_gnu_wget() {
  {
    if [ -r "${WGETRC:-${HOME-}/.wgetrc}" ]; then cat "${WGETRC:-${HOME-}/.wgetrc}"; fi
    if [ -n "${patience-}" ]; then
      printf 'timeout = %s\ntries = 1\n' "$patience"
    else
      printf 'timeout = 30\ntries = 3\nwaitretry = 1\n'
    fi
    if [ -n "$certificates" ]; then printf 'ca_certificate = %s\n' "$certificates"; fi
    if belongs_to_registry "$1"; then
      printf 'header = Authorization: %s\nmax_redirect = 0\n' "$authorization"
    fi
  } >>"$2.request"
  (umask 077 && printf '%s\n' "$1" >"$2.address")
  WGETRC=$2.request
  export WGETRC
  interruptible wget -nv -O "$2" -i "$2.address" 2>"$words"
}

# busybox wget checks no certificate and takes nothing from a file: it gets no secret. The digests are what we rely on.
run_busybox_wget() {
  if has_password "$1"; then
    printf 'busybox wget would show the password in this address to every user: install curl\n' >"$words"
    return 1
  fi
  if belongs_to_registry "$1"; then
    printf 'busybox wget would show the token of this registry to every user: install curl\n' >"$words"
    return 1
  fi
  if [ -n "${patience-}" ]; then
    run_hasty_wget "$1" "$2"
  else
    interruptible wget -q -O "$2" "$1" 2>"$words"
  fi
}

# The option -T makes the busybox of some distributions crash.
run_hasty_wget() {
  wget -q -O "$2" "$1" </dev/null >/dev/null 2>"$words" &
  child=$!
  {
    sleeper=''
    trap 'kill $sleeper; exit' TERM
    sleep "$patience" &
    sleeper=$!
    wait "$sleeper"
    printf 'wget: no answer within %s s\n' "$patience" >"$words"
    kill "$child"
  } </dev/null >/dev/null 2>&1 &
  watch=$!
  wait "$child"
  answered=$?
  kill "$watch" 2>/dev/null
  return "$answered"
}

# Whether the address gets the `authorization` that there is for the registry.
belongs_to_registry() { [ -n "$authorization" ] && case $1 in "$registry"/*) ;; *) false ;; esac; }

# A shell hears a signal only between commands, except while it waits. Standard output is the path of the generation's: what
# a ~/.curlrc makes curl say there (write-out) is not shown.
interruptible() {
  "$@" </dev/null >/dev/null &
  child=$!
  wait "$child"
}

# download_hint REASONS: what to do about a download that failed.
download_hint() {
  case $1 in
    *' 407'*) printf 'put the user and the password of the proxy into https_proxy, then ./mochi setup' ;;
    *' 401'* | *' 403'* | *'Authentication Failed'*) printf 'put //HOST/:_authToken=… for this registry into %s, then ./mochi setup' "$(user_npmrc)" ;;
    *ertificate* | *' SSL'* | *' TLS'*) printf 'NODE_EXTRA_CA_CERTS=/path/to/your-company-ca.pem ./mochi setup' ;;
    *' 404'*) printf 'MOCHI_REGISTRY=… (a registry that has this version) ./mochi setup' ;;
    *'no registry'*) printf 'MOCHI_REGISTRY=https://your-registry ./mochi setup' ;;
    *) printf 'check the network, %s, then ./mochi setup; without a network: toolchain/install --bundle FILE' "$(proxy_hint)" ;;
  esac
}

# What `prepare_network` takes, in its order.
proxy_hint() {
  if find_setting https-proxy || find_setting proxy; then
    printf 'and the proxy of .npmrc (%s)' "$(show_url "$value")"
    return
  fi
  for name in https_proxy HTTPS_PROXY http_proxy HTTP_PROXY; do
    eval "value=\${$name-}"
    if [ -z "$value" ]; then continue; fi
    printf 'and %s (%s)' "$name" "$(show_url "$value")"
    return
  done
  printf 'or set https_proxy'
}
