# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The manual against the program: every command has its page, which names exactly its options and operands; lists that
# the code holds are in the page that publishes them; what a page shows is what happens.
. tests/support/tap.sh
aex=$build/aex

# rendered PAGE: as read on a screen so wide that nothing wraps.
rendered() {
	mandoc -T ascii -O width=1000 "$1" | sed 's/.\x08//g'
}

# section NAME: its lines, of a rendered page on standard input.
section() {
	awk -v name="$1" '/^[^ ]/ { inside = $0 == name; next } inside'
}

commands=$("$aex" --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\( [a-z][a-z]*\)\{0,1\}\)  *[A-Z].*/\1/p')
first_words=$(echo "$commands" | sed 's/ .*//' | uniq)

# summary NAME: the first line of its help.
summary() {
	# shellcheck disable=SC2086 # two words are two arguments
	"$aex" $1 --help | head -n 1
}

# options NAME: "--option VALUE CHOICES" a line, of its help; "-" where there is none; without --help.
options() {
	# shellcheck disable=SC2086
	"$aex" $1 --help | sed -n '/^Options:$/,$p' | awk '
		/^  --/ && $1 != "--help" {
			value = $0 ~ /^  --[a-z-]+ [A-Z-]+( |$)/ ? $2 : "-"
			choices = match($0, /\([a-z]+(\|[a-z]+)+\)$/) ? substr($0, RSTART + 1, RLENGTH - 2) : "-"
			print $1, value, choices
		}' | sort
}

# check_synopsis NAME PAGE: the page's line for the command against its help.
check_synopsis() {
	line=$(rendered "$2" | section SYNOPSIS | sed -n "s/^ *aex $1\( .*\)\{0,1\}\$/\1/p" | tr -s ' ')
	written=$(echo "$line" | grep -o '\[--[^]]*\]' | tr -d '[]' | sed 's/ | /|/g')
	complaints=$(options "$1" | awk -v written="$written" '
		BEGIN {
			count = split(written, line, "\n")
			for (i = 1; i <= count; i++) {
				split(line[i], word, " ")
				value[word[1]] = word[2] == "" ? "-" : word[2]
			}
		}
		!($1 in value) { print "SYNOPSIS lacks " $1; next }
		toupper(value[$1]) != $2 && value[$1] != $3 { print "SYNOPSIS has " $1 " " value[$1] ", help " $2 }
		{ delete value[$1] }
		END { for (name in value) if (name != "") print "SYNOPSIS invents " name }')
	# shellcheck disable=SC2086
	wanted=$("$aex" $1 --help | sed -n "s/^Usage: aex $1\( \[OPTIONS\]\)\{0,1\}//p" | tr -d ' ' | tr '[:lower:]' '[:upper:]')
	operands=$(echo "$line" | sed 's/\[--[^]]*\]//g' | tr -d ' ' | tr '[:lower:]' '[:upper:]')
	[ "$operands" = "$wanted" ] || complaints="$complaints
SYNOPSIS has operands '$operands', help '$wanted'"
	[ -z "$complaints" ] || echo "$complaints" | sed "/./!d; s/^/$1: /"
}

# entries PAGE: "--option VALUE TEXT" a line, of the lists of options in a page.
entries() {
	rendered "$1" | awk '
		/^[^ ]/ { inside = $0 != "SYNOPSIS" && $0 != "EXAMPLES" }
		!inside { next }
		match($0, /^ +--[a-z-]+( [A-Z]+)?($|  )/) {
			if (tag != "") print tag, text
			value = substr($0, RSTART, RLENGTH) ~ /[a-z] [A-Z]/ ? $2 : "-"
			tag = $1 " " value
			text = substr($0, RSTART + RLENGTH)
			next
		}
		tag != "" && /^      / { text = text " " $0; next }
		tag != "" && /./ { print tag, text; tag = "" }
		END { if (tag != "") print tag, text }' | tr -s ' '
}

# check_entries PAGE NAMES: the lists of options against the help of the page's commands, a name a line.
check_entries() {
	echo "$2" | while read -r name; do options "$name"; done | sort -u >"$scratch/wanted"
	entries "$1" | awk -v wanted="$scratch/wanted" '
		BEGIN {
			while ((getline line <wanted) > 0) {
				split(line, word, " ")
				known[word[1] " " word[2]] = 1
				missing[word[1] " " word[2]] = 1
				choices[word[1]] = word[3] == "-" ? "" : word[3]
			}
		}
		{
			tag = $1 " " toupper($2)
			if (!(tag in known)) print "the list invents " $1 " " $2
			delete missing[tag]
			count = split(choices[$1], choice, "|")
			for (i = 1; i <= count; i++)
				if ($0 !~ "(^|[^a-z])" choice[i] "([^a-z]|$)") print "the entry of " $1 " does not name " choice[i]
		}
		END { for (tag in missing) print "the list lacks " tag }' | sort | sed "s|^|$1: |"
}

# check_page WORD [FOLDER]: all of the page for the commands that begin with WORD.
check_page() {
	page=${2:-man}/aex-$1.1
	[ -f "$page" ] || {
		echo "there is no $page"
		return
	}
	names=$(echo "$commands" | grep -E "^$1( |\$)")
	echo "$names" | while read -r name; do
		check_synopsis "$name" "$page"
	done
	extra=$(rendered "$page" | section SYNOPSIS | sed -n 's/^ *aex \([a-z]*\( [a-z]*\)\{0,1\}\)\( .*\)\{0,1\}$/\1/p' |
		grep -vxF "$names")
	[ -z "$extra" ] || [ "$names" = "$1" ] || echo "$page: SYNOPSIS has $extra, which is no command"
	described=$(rendered "$page" | section NAME | sed "s/^ *aex-$1 - //")
	if [ "$names" = "$1" ]; then
		wanted=$(summary "$1")
		[ "$(echo "$described" | cut -c 2-)" = "$(echo "$wanted" | cut -c 2-)" ] ||
			echo "$page: NAME says '$described', help '$wanted'"
	fi
	check_entries "$page" "$names"
}

ok 'commands were found' test "$(echo "$commands" | wc -l)" -gt 4
for word in $first_words; do
	empty "aex-$word(1) is what aex $word does" "$(check_page "$word")"
done
is 'no page is left of a command that is gone' \
	"$(find man -name 'aex-*.1' | sed 's|man/aex-\(.*\)\.1|\1|' | sort)" "$(echo "$first_words" | sort)"

# aex(1): every command with its summary, and no other.
overview=$(rendered man/aex.1 | tr -s ' \n' ' ')
not_listed() {
	case $overview in
	*" $1 $(summary "$1"). "*) ;;
	*) echo "aex(1) does not list $1 with: $(summary "$1")." ;;
	esac
}
empty 'aex(1) lists every command' "$(echo "$commands" | while read -r name; do not_listed "$name"; done)"
is 'and no other' "$(sed -n '/^\.Ss Commands/,/^\.Ss [^C]/s/^\.It Ic //p' man/aex.1 | sort)" "$(echo "$commands" | sort)"

# References and the language of the pages.
missing_references() {
	sed -n 's/^\.Xr \(aex[a-z-]*\) \([0-9]\).*/\1.\2/p' "$@" | sort -u | while read -r page; do
		[ -f "man/$page" ] || echo "there is no man/$page"
	done
}
empty 'pages refer to pages that exist' "$(missing_references man/*.[15])"
for page in man/*.[15]; do
	empty "$page has no mistakes for mandoc" "$(mandoc -T lint -W warning "$page" 2>&1)"
done

# Lists that the code holds and aex-gate(1) publishes.
gate=$(rendered man/aex-gate.1)
tools_missing() {
	for agent in claude codex; do
		tr -s '\n ' '  ' <src/agent/$agent.c |
			grep -oE '\{"[A-Za-z_]+", (NULL|"[a-z.]+"), \{\{("[a-z.]+"|0)' | tr -d '{",' | sed 's/ [^ ]* / /' |
			while read -r tool capability; do
				case $capability in
				resources.*) capability=mcp.SERVER.$capability ;;
				0) capability='todo.read, todo.write, agent.control' ;;
				esac
				echo "$gate" | grep -A 3 -F "     $capability" | grep -qE "[ ,]${tool}[,. ]" ||
					echo "aex-gate(1) does not have $tool under $capability"
			done
	done
}
empty 'every tool is listed under its capability' "$(tools_missing)"
ok 'tools were found' test "$(grep -cE '^ *\{"[A-Za-z_]+",' src/agent/claude.c)" -gt 30
listed_words() {
	echo "$gate" | sed -n "/^   $1\$/,/^   [^ ]/p" | tr -s ' ,;()' '\n' | sed 's/\.$//' | sort -u
}
missing_words() {
	sed -n 's/^[A-Z_]*("\([^"]*\)").*/\1/p' "$1" | grep -vxF "$(listed_words "$2")"
}
empty 'every secret is listed' "$(missing_words src/demand/secrets.def Secrets)"
empty 'everything protected is listed' "$(missing_words src/demand/protected.def 'The boundary')"
ok 'the lists were found' test "$(listed_words Secrets | wc -l)" -gt 50

# The hooks that aex-gate(1) shows: JSON of the right shape, and commands that refuse whatever happens to the gate.
# shellcheck disable=SC2016 # for node
hooks=$(node -e '
	const page = require("fs").readFileSync("man/aex-gate.1", "utf8").replaceAll("\\e", "\\");
	for (const [, text] of page.matchAll(/^\.Bd -literal\n(\{[\s\S]*?)^\.Ed/gm))
		for (const [event, groups] of Object.entries(JSON.parse(text).hooks))
			for (const { matcher, hooks } of groups)
				for (const { type, command, timeout } of hooks)
					console.log([event, new RegExp(matcher === "*" ? "" : matcher).test("Bash"), type, timeout > 10, command].join("\t"));
	for (const [, command] of page.matchAll(/^command = "(.*)"$/gm)) console.log(`PreToolUse\ttrue\tcommand\ttrue\t${command}`);
' 2>&1)
tab=$(printf '\t')
is 'the hooks of three files are shown' "$(echo "$hooks" | cut -f 1 | sort | uniq -c | xargs)" \
	'2 PostToolUse 1 PostToolUseFailure 3 PreToolUse'
is 'each matches every tool and has time enough' "$(echo "$hooks" | cut -f 2-4 | sort -u)" "true${tab}command${tab}true"
# refusals GATE INPUT: status and "silent" where nothing was said, of each hook with GATE in place of the program.
refusals() {
	echo "$hooks" | sed -n 's/^PreToolUse.*\t//p' | sed "s|/usr/local/bin/aex|$1|g" | while read -r command; do
		said=$(echo "$2" | sh -c "$command" 2>&1 >/dev/null)
		echo "$?${said:+ and a reason}"
	done | sort -u
}
printf '#!/bin/sh\nkill -9 $$\n' >"$scratch/killed"
chmod +x "$scratch/killed"
is 'a hook whose gate refuses' "$(refusals "$aex" 'no JSON')" '2 and a reason'
is 'a hook whose gate is killed' "$(refusals "$scratch/killed" '{}')" '2 and a reason'
is 'a hook whose gate is missing' "$(refusals "$scratch/missing" '{}')" '2 and a reason'
is 'a hook whose gate lets the call go on' "$(refusals true '{}')" 0

# Every example, run.
documents=$(find man -name '*.[15]' | sort)
[ ! -f README.md ] || documents="README.md $documents"
# shellcheck disable=SC2086 # a list of files
transcripts=$(node tests/docs/console.mjs $documents 2>&1)
empty 'everything that the documents show happens' "$(echo "$transcripts" | grep -vE '^(ok |1\.\.)')"
ok 'there is much to show' test "$(echo "$transcripts" | grep -c '^ok ')" -gt 20

# The checks themselves, on pages with mistakes.
mkdir "$scratch/man"
# finds WHAT SED-PROGRAM EXPECTED: in a page of aex gate with that change.
finds() {
	sed "$2" man/aex-gate.1 >"$scratch/man/aex-gate.1"
	has "found: $1" "$(check_page gate "$scratch/man")" "$3"
}
finds 'an option that the synopsis lacks' '/^\.Op Fl -observe/d' 'gate: SYNOPSIS lacks --observe'
finds 'an option that the synopsis invents' 's/^\.Op Fl -observe/&d/' 'gate: SYNOPSIS invents --observed'
finds 'a value of another name' 's/^\.Op Fl -root Ar FOLDER/.Op Fl -root Ar FILE/' 'gate: SYNOPSIS has --root FILE, help FOLDER'
finds 'other operands' 's/^\.Op Cm claude/& | cursor/' "gate: SYNOPSIS has operands '[CLAUDE|CURSOR|CODEX]'"
finds 'an option that the list lacks' '/^\.It Fl -dry-run/,/^\.It/{/^\.It Fl -dry-run/d}' 'the list lacks --dry-run -'
finds 'an option that the list invents' 's/^\.It Fl -dry-run/.It Fl -dry-walk/' 'the list invents --dry-walk -'
finds 'a choice that is not named' 's/Cm native/Cm natural/' 'the entry of --answer does not name native'
finds 'another summary' 's/^\.Nd decide one/.Nd judge one/' 'NAME says '
rm "$scratch/man/aex-gate.1"
is 'found: a page that is missing' "$(check_page gate "$scratch/man")" "there is no $scratch/man/aex-gate.1"
# shellcheck disable=SC2016 # for the shell of the transcript
printf '.Bd -literal\n$ echo one\ntwo\n.Ed\n' >"$scratch/man/wrong.1"
has 'found: an example that does something else' "$(node tests/docs/console.mjs "$scratch/man/wrong.1")" 'not ok 1'

done_testing
