# shellcheck shell=sh
# The programs that an installation needs, and the command that brings a missing one.

has() { command -v "$1" >/dev/null 2>&1; }

# How to install a package here; `sudo` only where it is needed and there.
mend_command() {
  case ${host_os-} in
    darwin)
      printf 'xcode-select --install'
      return
      ;;
  esac
  for manager in 'apt-get install -y' 'dnf install -y' 'yum install -y' 'zypper install -y' 'pacman -S' 'apk add'; do
    if has "${manager%% *}"; then
      printf '%s%s %s' "$(as_root)" "$manager" "$1"
      return
    fi
  done
  printf 'install %s with the package manager of this system' "$1"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then return; fi
  if has sudo; then printf 'sudo '; else printf 'as root: '; fi
}

find_downloader() {
  if has curl; then downloader=curl; return; fi
  if has wget; then
    downloader=busybox-wget
    if wget --version 2>/dev/null | grep -q 'GNU Wget'; then downloader=gnu-wget; fi
    return
  fi
  fault INSTALL_PROGRAM_MISSING 'Neither curl nor wget is installed; one of them downloads the toolchain.' '' "$(mend_command curl)"
}

find_digest_program() {
  if has sha512sum && has sha256sum; then digest_program=coreutils; return; fi
  if has shasum; then digest_program=shasum; return; fi
  if has openssl; then digest_program=openssl; return; fi
  fault INSTALL_PROGRAM_MISSING 'None of sha512sum, shasum and openssl is installed; one of them verifies what was downloaded.' \
    '' "$(mend_command openssl)"
}

find_unpackers() { find_program tar && find_program gzip; }

find_program() {
  has "$1" || fault INSTALL_PROGRAM_MISSING "$1 is not installed." '' "$(mend_command "$1")"
}

# digest sha256|sha512: of standard input, in hex.
digest() {
  case $digest_program in
    coreutils) "${1}sum" ;;
    shasum) shasum -a "${1#sha}" ;;
    openssl) openssl dgst "-$1" -r ;;
  esac | {
    read -r hex _
    printf '%s' "$hex"
  }
}
