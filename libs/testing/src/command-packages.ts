/** The package that brings a command. null: that system has none. */
export type CommandPackages = readonly [debian: string, brew: string | null]

/**
 * Every command that a test may require. `.ci/packages.txt` lists the Debian package, unless every Debian has it, and a
 * test compares the two: so CI never meets a command that nobody told it to install.
 */
export const commandPackages = {
  bash: ['bash', 'bash'],
  bsdtar: ['libarchive-tools', 'libarchive'],
  busybox: ['busybox', null],
  chromium: ['chromium', null],
  curl: ['curl', 'curl'],
  dash: ['dash', 'dash'],
  dig: ['bind9-dnsutils', 'bind'],
  fish: ['fish', 'fish'],
  h2load: ['nghttp2-client', 'nghttp2'],
  ip: ['iproute2', null],
  kdig: ['knot-dnsutils', 'knot'],
  knotd: ['knot', 'knot'],
  named: ['bind9', 'bind'],
  nginx: ['nginx-light', 'nginx'],
  nsupdate: ['bind9-dnsutils', 'bind'],
  openssl: ['openssl', 'openssl'],
  ps: ['procps', null],
  script: ['bsdutils', null],
  setpriv: ['util-linux', null],
  sh: ['dash', 'dash'],
  shasum: ['perl', 'perl'],
  shellcheck: ['shellcheck', 'shellcheck'],
  strace: ['strace', null],
  tar: ['tar', 'gnu-tar'],
  unshare: ['util-linux', null],
  wget: ['wget', 'wget'],
  wrk: ['wrk', 'wrk'],
  xmllint: ['libxml2-utils', 'libxml2'],
  zsh: ['zsh', 'zsh'],
} as const satisfies Readonly<Record<string, CommandPackages>>

export type RequiredCommand = keyof typeof commandPackages
