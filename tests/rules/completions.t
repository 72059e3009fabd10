# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2317 # in_SHELL is called by a name that is put together
# Completions: the real shells read them, and offer what the program takes.
. tests/support/tap.sh
PATH=$build:$PATH

mkdir "$scratch/zsh" "$scratch/work" "$scratch/work/folder"
touch "$scratch/work/file.aex"
aex completion bash >"$scratch/aex.bash"
aex completion fish >"$scratch/aex.fish"
aex completion zsh >"$scratch/zsh/_aex"
ok 'bash reads its completions' bash -n "$scratch/aex.bash"
ok 'fish reads its completions' fish --no-config --no-execute "$scratch/aex.fish"
ok 'zsh reads its completions' zsh -f -n "$scratch/zsh/_aex"
ok 'shellcheck finds nothing in those for bash' shellcheck --shell=bash "$scratch/aex.bash"

# in_SHELL LINE: what is offered behind the line, sorted, on one line; in a folder with file.aex and folder/.
in_bash() {
	# readline's own way of taking a line apart: "=" is a word of its own. The last word may be empty.
	(cd "$scratch/work" && bash --norc -c '
		source "$1"
		COMP_LINE=$2 COMP_POINT=${#2}
		read -ra COMP_WORDS <<<"${2//=/ = }"
		case $2 in *" ") COMP_WORDS+=("") ;; esac
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_aex aex "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$scratch/aex.bash" "$1") | sort | xargs
}

in_fish() {
	(cd "$scratch/work" && HOME=$scratch fish --no-config -c \
		"complete -c aex -e; source $scratch/aex.fish; complete -C '$1'") | cut -f 1 | sort | xargs
}

in_zsh() {
	(cd "$scratch/work" && zsh -f "$root/tests/support/completions.zsh" "$scratch/zsh" "$1") | sort | xargs
}

first_words=$(echo "$(aex --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\).*/\1/p' | uniq)
help" | sort | xargs)
gate_options=$(aex gate --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort | xargs)
ok 'there are commands and options to offer' test "${#first_words}" -gt 50 -a "${#gate_options}" -gt 100

for shell in bash fish zsh; do
	is "$shell: commands" "$(in_$shell 'aex ')" "$first_words"
	is "$shell: the rest of a command" "$(in_$shell 'aex ga')" gate
	is "$shell: the second words of a command" "$(in_$shell 'aex audit ')" 'rotate show verify'
	is "$shell: the rest of a second word" "$(in_$shell 'aex audit sh')" show
	is "$shell: commands to get help for" "$(in_$shell 'aex help co')" 'compile completion'
	is "$shell: every option of a command" "$(in_$shell 'aex gate --')" "$gate_options"
	is "$shell: options of a command of two words" "$(in_$shell 'aex audit show --s')" '--session --since --state-dir'
	is "$shell: none of its neighbour's" "$(in_$shell 'aex audit verify --se')" ''
	is "$shell: words that an option takes" "$(in_$shell 'aex gate --answer ')" 'native plain'
	is "$shell: the same behind =" "$(in_$shell 'aex check --format=js' | sed 's/--format=//')" json
	is "$shell: words that an operand takes" "$(in_$shell 'aex gate --observe c')" 'claude codex'
	is "$shell: files for an option that takes one" "$(in_$shell 'aex gate --policy fi')" file.aex
	is "$shell: folders for an option that takes one" "$(in_$shell 'aex gate --root f' | tr -d /)" folder
	is "$shell: files for operands that are files" "$(in_$shell 'aex check fi')" file.aex
	is "$shell: no files where none are taken" "$(in_$shell 'aex gate --timeout f')" ''
done

# As bash itself calls it.
is 'bash knows what to call' "$(bash --norc -c "source '$scratch/aex.bash'; complete -p aex")" \
	'complete -o filenames -F _aex aex'

done_testing
