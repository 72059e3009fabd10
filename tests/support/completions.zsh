# SPDX-License-Identifier: Apache-2.0
# Prints what zsh offers behind a command line when Tab is pressed, one word a line:
#
#   zsh -f tests/support/completions.zsh FOLDER LINE
#
# FOLDER holds the completion functions. Completions run in a line editor only, so a zsh gets a terminal here, and in it
# compadd also says what it adds.
zmodload zsh/zpty
zpty shell zsh -f -i
type_line() { zpty -w shell "$1"; }
type_line "PROMPT= RPROMPT= PS2=; stty -echo"
type_line "fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word"
# With -O, -A or -D compadd fills an array for its caller and offers nothing.
type_line 'compadd() {
    local -a hits
    [[ " $* " == *" -"[OAD]" "* ]] || { builtin compadd -A hits "$@"; print -l "" "offer:"$^hits; }
    builtin compadd "$@"
}'
# Once the line editor runs: before, the terminal itself would take the keys.
type_line 'zle-line-init() { print rea""dy }; zle -N zle-line-init'
while zpty -r shell line && [[ $line != *ready* ]]; do :; done
# Control-U throws the line away again. What is typed ahead waits until the editor is done with the Tab.
zpty -w -n shell "$2"$'\t\C-u print ov""er\n'
while zpty -r shell line && [[ $line != *over* ]]; do print -r -- "$line"; done |
    tr -d '\r' | sed -n 's/^offer://p' | sort -u
zpty -d shell
