# shellcheck shell=sh
# Why `mochi exec` cannot run a command, with the exit codes that shells have for it.

# explain_failure COMMAND: ends here.
explain_failure() {
  # shellcheck disable=SC2154 # set by the launcher
  . "$root/toolchain/lib/messages.sh"
  # shellcheck disable=SC2154 # set by is_found
  if [ -e "$unfit" ]; then
    exit_code=126
    fail LAUNCHER_COMMAND_NOT_FOUND "\`$1\` is there, but it is no program that can be run." "$unfit" "ls -ld '$unfit'"
  fi
  exit_code=127
  fail LAUNCHER_COMMAND_NOT_FOUND "There is no program \`$1\`, neither in this toolchain nor on PATH." "$1" \
    './mochi toolchain list shows the commands of the toolchain'
}
