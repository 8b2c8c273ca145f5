# shellcheck shell=sh
# The files that a shell's start file reads: toolchain/profile/ with the prefix filled in.

write_profiles() {
  write_profile profile.sh "$prefix/etc"
  write_profile profile.fish "$prefix/etc"
  write_profile _mochi "$prefix/etc/zsh"
}

# Whether they say what they should: those of a prefix that was copied name the old one.
profiles_are_written() {
  says_so profile.sh "$prefix/etc" && says_so profile.fish "$prefix/etc" && says_so _mochi "$prefix/etc/zsh"
}

says_so() { [ -r "$2/$1" ] && [ "$(fill_in "$here/profile/$1")" = "$(cat "$2/$1")" ]; }

# write_profile NAME FOLDER
write_profile() {
  fill_in "$here/profile/$1" >"$work/$1" || fail_writing "$work/$1"
  if ! { mkdir -p "$2" && chmod 644 "$work/$1" && mv -f "$work/$1" "$2/"; } 2>"$work/stderr"; then
    fail_writing "$2/$1" "$work/stderr"
  fi
}

fill_in() {
  while IFS= read -r line; do
    case $line in *@prefix@*) line=${line%%@prefix@*}$prefix${line#*@prefix@} ;; esac
    printf '%s\n' "$line" || return
  done <"$1"
}
