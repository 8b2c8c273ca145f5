/**
 * The advice for a toolchain.lock that cannot be used. It brings back the committed one from any folder of the checkout, in
 * the midst of a merge too, where `git restore` and `git checkout --` refuse. `toolchain/lib/messages.sh` says the same.
 */
export const MEND_LOCK = 'git checkout HEAD -- :/toolchain/toolchain.lock, then ./mochi toolchain lock'
