# The tools of the installed toolchain, for fish. Written by toolchain/install: edits are lost.
set -l bin '@prefix@/env/current/bin'
contains -- $bin $PATH; or set -gx PATH $bin $PATH

# Node trusts the certificates that the system trusts.
set -gx NODE_USE_SYSTEM_CA 1

# Completion of `mochi`, loaded at the first Tab; nothing before it, nothing in the prompt.
if status is-interactive
    function __mochi_first_tab
        set -l script (mochi completion fish 2>/dev/null | string collect); or return
        complete --erase --command mochi
        functions --erase __mochi_first_tab
        echo $script | source
        complete --do-complete (commandline --cut-at-cursor --current-process | string collect)
    end
    complete --command mochi --no-files --arguments '(__mochi_first_tab)'
end
