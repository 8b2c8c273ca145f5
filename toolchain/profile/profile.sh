# The tools of the installed toolchain, for sh, bash, zsh and their kin. Written by toolchain/install: edits are lost.
case ":$PATH:" in
  *':@prefix@/env/current/bin:'*) ;;
  *) PATH='@prefix@/env/current/bin':$PATH ;;
esac
export PATH

# Node trusts the certificates that the system trusts.
export NODE_USE_SYSTEM_CA=1

# Completion of `mochi`, loaded at the first Tab; nothing before it, nothing in the prompt.
case $- in
  *i*)
    if [ -n "${BASH_VERSION-}" ]; then
      _mochi_first_tab() {
        _mochi_script=$(mochi completion bash 2>/dev/null) || return 1
        eval "$_mochi_script"
        return 124 # asks bash to complete again
      }
      complete -F _mochi_first_tab mochi
    elif [ -n "${ZSH_VERSION-}" ]; then
      # Before compinit has run a folder on fpath is what it reads; after it, a function must be named.
      eval 'fpath+=("@prefix@/etc/zsh"); if (( $+functions[compdef] )); then autoload -Uz _mochi; compdef _mochi mochi; fi'
    fi
    ;;
esac
