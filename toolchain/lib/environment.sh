# shellcheck shell=sh
# What `mochi env` prints, as lines of the `syntax`: sh or fish. Builtins only.

# Lines for `eval "$(./mochi env)"`; fish has its own. The shell may outlive the platform's own registry, so it is not among
# them: `mochi registry use` is for that.
print_environment() {
  case $#-${2-} in
    1-) syntax='sh' ;;
    2---fish) syntax=fish ;;
    2---help | 2--h)
      print_help_of_env
      return
      ;;
    *) fail LAUNCHER_USAGE "\`mochi env\` takes no \"$2\"${3+ with more}." '' './mochi env, or ./mochi env --fish' ;;
  esac
  need_generation
  set_environment
  # shellcheck disable=SC2154 # set by the launcher
  print_path "$generation/bin"
  # shellcheck disable=SC2154
  for name in $changed; do
    value=''
    eval "value=\$$name"
    print_variable "$name" "$value"
  done
}

print_path() {
  quote "$1"
  # shellcheck disable=SC2154 # set by the launcher
  case $syntax in
    fish) printf "set -gx PATH '%s' \$PATH\n" "$quoted" ;;
    *) printf 'export PATH='\''%s'\'':"$PATH"\n' "$quoted" ;;
  esac
}

# print_variable NAME VALUE
print_variable() {
  quote "$2"
  case $syntax in
    fish) printf "set -gx %s '%s'\n" "$1" "$quoted" ;;
    *) printf "export %s='%s'\n" "$1" "$quoted" ;;
  esac
}

# quote VALUE: sets `quoted`, what stands for the value between single quotes.
quote() {
  quoted=$1
  case $syntax in
    fish)
      replace "\\" "\\\\"
      replace "'" "\\'"
      ;;
    *) replace "'" "'\\''" ;; # ends the quoting, stands alone, and begins it again
  esac
}

# replace WHAT BY: everywhere in `quoted`.
replace() {
  left=$quoted quoted=''
  while :; do
    case $left in *"$1"*) ;; *) break ;; esac
    quoted=$quoted${left%%"$1"*}$2
    left=${left#*"$1"}
  done
  quoted=$quoted$left
}

print_help_of_exec() {
  print_as_called <<'TEXT'
Runs a command with the tools of this checkout first on PATH, in the folder you are in; its exit code is passed on.

usage: ./mochi exec -- COMMAND [ARGUMENT…]
TEXT
}

print_help_of_env() {
  print_as_called <<'TEXT'
Prints what puts the tools of this checkout on PATH.

usage: eval "$(./mochi env)"            in sh, bash and zsh
       ./mochi env --fish | source      in fish
TEXT
}

print_as_called() {
  # shellcheck disable=SC2154
  . "$root/toolchain/lib/messages.sh"
  while IFS= read -r line; do printf '%s\n' "$(as_called "$line")"; done
}
