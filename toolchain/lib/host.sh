# shellcheck shell=sh
# Which platform this machine is, and why some are refused before anything is downloaded.

# Sets `platform`: the one that was asked for, or this machine's.
choose_platform() {
  if [ -z "$wanted_platform" ]; then
    must detect_platform
    return
  fi
  platform=$wanted_platform
  case $platform in
    linux-x64 | linux-arm64 | darwin-x64 | darwin-arm64) ;;
    *)
      fail INSTALL_PLATFORM_UNKNOWN "The platforms are linux-x64, linux-arm64, darwin-x64 and darwin-arm64; asked for \"$platform\"." \
        '--platform' 'toolchain/install --help'
      ;;
  esac
}

# Sets `platform` and `host_os` from the kernel's answer alone.
detect_platform() {
  system=$(uname -sm)
  case $system in
    Linux\ *) host_os=linux ;;
    Darwin\ *) host_os=darwin ;;
    MINGW* | MSYS* | CYGWIN* | Windows*)
      host_os=windows
      fault INSTALL_PLATFORM_REFUSED "Windows is supported through WSL2 only; this shell is ${system%% *}." '' \
        'wsl --install, then clone and run ./mochi setup inside it'
      return
      ;;
    *)
      host_os=unknown
      fault INSTALL_PLATFORM_REFUSED "Linux and macOS are supported; this is ${system%% *}." '' 'use a Linux or macOS machine'
      return
      ;;
  esac
  case ${system#* } in
    x86_64 | amd64) platform=$host_os-x64 ;;
    aarch64 | arm64) platform=$host_os-arm64 ;;
    *)
      fault INSTALL_PLATFORM_REFUSED "x64 and arm64 processors are supported; this is ${system#* }." '' 'use an x64 or arm64 machine'
      return
      ;;
  esac
  # A shell under Rosetta believes to run on an Intel processor.
  if [ "$platform" = darwin-x64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    platform=darwin-arm64
  fi
}

# What the pinned Node needs beyond the processor.
host_is_supported() {
  case $host_os in
    darwin) macos_is_supported ;;
    linux) libc_is_supported ;;
  esac
}

macos_is_supported() {
  found=$(sw_vers -productVersion)
  version_at_least "$found" 13 5 ||
    fault INSTALL_PLATFORM_REFUSED "macOS 13.5 or later is needed; this is macOS $found." '' \
      'update macOS in System Settings, General, Software Update'
}

libc_is_supported() {
  if [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]; then
    fault INSTALL_PLATFORM_REFUSED 'A 64-bit system is needed; this one runs 32-bit programs.' '' 'install a 64-bit Linux'
    return
  fi
  find_libc
  case $libc in
    glibc\ *)
      version_at_least "${libc#glibc }" 2 28 ||
        fault INSTALL_PLATFORM_REFUSED "glibc 2.28 or later is needed; this system has $libc." '' \
          'use a newer release of this Linux (Debian 10, Ubuntu 20.04, RHEL 8 or later)'
      ;;
    musl)
      fault INSTALL_PLATFORM_REFUSED 'A Linux with glibc is needed; this one has musl (Alpine and kin).' '' \
        'use a Linux with glibc (Debian, Ubuntu, Fedora, RHEL …)'
      ;;
  esac
}

# Sets `libc`: "glibc 2.36", "musl", or "unknown", which is let through: a stripped image may lack every way to ask.
find_libc() {
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null)
  case $libc in glibc\ [0-9]*) return ;; esac
  answer=$(ldd --version 2>&1)
  case $answer in
    *musl*) libc=musl ;;
    *GLIBC* | *'GNU libc'*)
      first=${answer%%
*}
      libc="glibc ${first##* }"
      ;;
    *)
      libc=unknown
      for loader in /lib/ld-musl-*; do
        if [ -e "$loader" ] && [ ! -e /lib64/ld-linux-x86-64.so.2 ] && [ ! -e /lib/ld-linux-aarch64.so.1 ]; then
          libc=musl
        fi
      done
      ;;
  esac
}

# version_at_least VERSION MAJOR MINOR
version_at_least() {
  major=${1%%.*}
  case $1 in
    *.*)
      minor=${1#*.}
      minor=${minor%%[!0-9]*}
      ;;
    *) minor=0 ;;
  esac
  case $major in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}
