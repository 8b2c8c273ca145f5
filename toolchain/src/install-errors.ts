import { defineErrors } from '@mochi/errors'
import { MEND_LOCK } from './mend-lock.ts'

/** What the scripts say, as far as a page that lists them can know it: `{ found }` is the sentence that was printed. */
type Printed = { found: string; where?: string }

/** The entry of an error that a sh script prints: the script has the exact words, this has the explanation. */
function printed(summary: string, next: string, explain: string) {
  return {
    summary,
    explain,
    message: (facts: Printed) => facts.found,
    where: (facts: Printed) => facts.where ?? '',
    hint: () => next,
  }
}

/**
 * What `toolchain/install`, `mochi` and `toolchain/bin/mochi` can fail with. They are sh and print by themselves, in the
 * shape of `formatError`; a test keeps their codes and this set equal.
 */
export const installErrors = defineErrors({
  INSTALL_USAGE: printed(
    'The installer does not know the option',
    'toolchain/install --help',
    'An option is misspelt or lacks its value. Nothing was changed.',
  ),
  INSTALL_PROGRAM_MISSING: printed(
    'A program that the installation needs is missing',
    'toolchain/install --check',
    'Needed are curl or wget, tar, gzip, and one of sha256sum, shasum, openssl. `toolchain/install --check` lists all that ' +
      'is missing at once, with the command of this system that brings it.',
  ),
  INSTALL_PLATFORM_REFUSED: printed(
    'This machine is not supported',
    'toolchain/install --check',
    'Supported are Linux with glibc 2.28 or later and macOS 13.5 or later, each on x64 and arm64; Windows through WSL2. ' +
      'This is decided before anything is downloaded, because the pinned Node would not start.',
  ),
  INSTALL_PLATFORM_UNKNOWN: printed(
    'There is no such platform, or the lock lacks a tool for it',
    './mochi toolchain check',
    'Platforms are linux-x64, linux-arm64, darwin-x64 and darwin-arm64. A lock must have every tool for all of them; ' +
      '`./mochi toolchain check` names what it lacks.',
  ),
  INSTALL_PLATFORM_CLASH: printed(
    'The prefix holds this generation for another platform',
    'toolchain/install --platform PLATFORM --prefix ANOTHER_FOLDER',
    'One folder cannot serve two platforms, because the name of a generation is the same for all. Give each platform a ' +
      'prefix of its own, for instance when a home folder is shared between machines.',
  ),
  INSTALL_LOCK_MISSING: printed(
    'The checkout has no toolchain.lock',
    MEND_LOCK,
    'The lock says exactly what to install and belongs to the repository.',
  ),
  INSTALL_LOCK_DAMAGED: printed(
    'toolchain.lock is not as it was written',
    MEND_LOCK,
    'Its first line is the digest of the rest. Half a merge or an edit by hand breaks it: take the committed lock back, ' +
      'then run `./mochi toolchain lock`, which writes into it what `toolchain.json` asks for.',
  ),
  INSTALL_PREFIX_UNUSABLE: printed(
    'The toolchain cannot be installed into the prefix',
    'MOCHI_PREFIX=/some/folder ./mochi setup',
    'The folder that `--prefix` or MOCHI_PREFIX names must be one that you can write; no other is taken in its place. ' +
      'Without them it is /mochi when that is yours to write, else ~/.mochi.',
  ),
  INSTALL_PREFIX_UNSAFE: printed(
    'Others could change what is installed into the prefix',
    'chmod go-w FOLDER',
    'What stands in the prefix runs with your rights. So it and every folder above it must belong to you or root and must ' +
      'not be writable by others; a sticky folder such as /tmp may be above it.',
  ),
  INSTALL_WRITE_FAILED: printed(
    'A file of the prefix could not be written',
    'ls -ld FOLDER',
    'A folder inside the prefix belongs to somebody else, or the file system is read-only. What was installed still works.',
  ),
  INSTALL_DISK_FULL: printed(
    'The disk is full',
    'free some space, then ./mochi setup',
    'A fresh toolchain takes about 350 MB while it is installed, and the dependencies some more: have 600 MB free, or name a ' +
      'folder on another disk by MOCHI_PREFIX. In a checkout whose toolchain is installed `./mochi toolchain prune` removes ' +
      'what no checkout wants. What was installed before still works; nothing half ' +
      'written stays.',
  ),
  INSTALL_DOWNLOAD_FAILED: printed(
    'A tool could not be downloaded',
    './mochi setup',
    'The message names each address that was tried and why it failed. Behind a proxy set https_proxy; behind a company CA ' +
      'set NODE_EXTRA_CA_CERTS; for a registry with log-in put its `_authToken` into ~/.npmrc; to choose the registry set ' +
      'MOCHI_REGISTRY.',
  ),
  INSTALL_TOKEN_IN_CLEAR: printed(
    'A token or a password would cross the network in clear',
    'MOCHI_REGISTRY=https://REGISTRY ./mochi setup',
    'The address of the registry, or of Node’s site, is http: and not this machine, and it holds a password or an `.npmrc` ' +
      'has a token for it. Everybody on the way could read that. Use https:, or take the token out if none is needed.',
  ),
  INSTALL_DIGEST_MISMATCH: printed(
    'Other bytes came than the lock names',
    './mochi setup',
    'The archive was not unpacked. A transfer that was cut heals itself at the next run. If it stays so, a mirror or a proxy ' +
      'serves something else under this name: tell who keeps it. There is no flag to go on.',
  ),
  INSTALL_NOT_AN_ARCHIVE: printed(
    'A web page came instead of an archive',
    './mochi setup',
    'A log-in page of a network, or a proxy that blocks. Open the address in a browser to see what it says.',
  ),
  INSTALL_ARCHIVE_UNSAFE: printed(
    'The archive holds what must not be unpacked',
    './mochi toolchain check',
    'Names that lead out of the folder, links, several top folders, or more bytes than MOCHI_TOOLCHAIN_MAX_BYTES allows. ' +
      'Nothing of it was unpacked, although its digest is the locked one: the lock was made from a bad archive.',
  ),
  INSTALL_ARCHIVE_DAMAGED: printed(
    'The archive cannot be unpacked or lacks a file',
    './mochi toolchain lock',
    'Its digest is the locked one, so the lock was made from an archive that does not fit `toolchain.json`.',
  ),
  INSTALL_CONTENT_MISMATCH: printed(
    'Two sources of a tool differ',
    './mochi toolchain lock',
    'Node comes from the registry or from its own site, in different archives, and both must give the same `bin/node`.',
  ),
  INSTALL_SCRIPT_CHANGED: printed(
    'An internal script is not the locked one',
    './mochi toolchain lock',
    'Files of `toolchain/bin/` are part of the generation. After an edit the lock must be written anew.',
  ),
  INSTALL_BUNDLE_UNREADABLE: printed(
    'The bundle cannot be read',
    './mochi toolchain bundle --platform PLATFORM',
    'The file is missing, cut, or no bundle. Make it anew on a machine with a network.',
  ),
  INSTALL_BUNDLE_OTHER: printed(
    'The bundle is of another generation',
    './mochi toolchain bundle --platform PLATFORM',
    'A bundle fits the one lock it was made from. Make it anew from this checkout, or check out the commit it fits.',
  ),
  INSTALL_BUNDLE_INCOMPLETE: printed(
    'The bundle lacks an artefact',
    './mochi toolchain bundle --platform PLATFORM',
    'It was made for another platform, or it was cut.',
  ),
  LAUNCHER_NO_CHECKOUT: printed(
    'mochi was called outside of a checkout',
    'cd CHECKOUT',
    'The `mochi` on PATH runs the `mochi` of the checkout that the current folder is in.',
  ),
  LAUNCHER_CHECKOUT_OF_OTHERS: printed(
    'The checkout that the current folder is in belongs to somebody else',
    'CHECKOUT/mochi',
    'The `mochi` on PATH runs what it finds in a folder above the current one, also when you press Tab. So the folder, its ' +
      '`mochi` and its `toolchain` must be yours or root’s, and no links. To run it all the same, name its path.',
  ),
  LAUNCHER_NO_COMMAND: printed(
    '`./mochi exec` was called without a command',
    './mochi exec -- node --version',
    'What follows `--` runs with the toolchain of this checkout.',
  ),
  LAUNCHER_COMMAND_NOT_FOUND: printed(
    '`./mochi exec` cannot find or run the command',
    './mochi toolchain list',
    'What follows `exec --` is a program of the toolchain, one on your PATH, or a path. Exit code 127: there is none of that ' +
      'name; 126: the file may not be executed. What only a shell knows, such as `cd`, runs by `./mochi exec -- sh -c …`.',
  ),
  LAUNCHER_USAGE: printed(
    '`./mochi env` does not know the option',
    './mochi env --fish',
    'Without an option it prints lines for sh, bash and zsh.',
  ),
  LAUNCHER_NOT_SET_UP: printed(
    'The command needs what is not installed yet',
    './mochi setup',
    'Only `setup`, `up`, `serve`, `test`, `check`, `why`, `toolchain lock`, `toolchain check`, `toolchain bundle` and `toolchain profile add` ' +
      'install what they need; the others look at what is installed or remove it. Without the toolchain and the ' +
      'dependencies `./mochi`, `./mochi doctor`, `./mochi explain` and `./mochi --version` still answer; the others begin to ' +
      'work with `./mochi setup`. To uninstall without setting up first, remove the folders that the message names.',
  ),
  LAUNCHER_UNKNOWN_COMMAND: printed(
    'There is no such command',
    './mochi --help',
    'The first word names a command. `./mochi --help` lists them all, and each one says by `--help` how it is called.',
  ),
  LAUNCHER_REGISTRY_UNREACHABLE: printed(
    'The registry does not answer',
    './mochi doctor',
    'It was asked once for its page `/-/ping`, for which every answer will do; the message says at which address and what ' +
      'came back. Behind a proxy set https_proxy, or `proxy` in .npmrc; behind a company CA set NODE_EXTRA_CA_CERTS; and ' +
      'MOCHI_REGISTRY names another registry: see `docs/guide/proxy.md`. Without a network the toolchain comes from a bundle ' +
      '(`toolchain/install --bundle FILE`), and the dependencies from what pnpm has stored before; pnpm was asked for what is ' +
      'not stored all the same, and what it said stands above the error.',
  ),
  LAUNCHER_DEPENDENCIES_FAILED: printed(
    'The dependencies could not be installed',
    './mochi doctor',
    'What pnpm said stands above the error. `./mochi exec -- CMD`, `./mochi env` and `./mochi doctor` work without them.',
  ),
})
