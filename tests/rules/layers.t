# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The layers: every #include in src/ against the tables of ARCHITECTURE.md.
. tests/support/tap.sh

# layers TREE: complaints about TREE/src, by TREE/ARCHITECTURE.md.
layers() {
	# shellcheck disable=SC2016 # awk's own
	(cd "$1" && find src -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
		FILENAME == "ARCHITECTURE.md" {
			count = split($0, cell, "|")
			if (count == 5 && cell[2] ~ /^ [a-z]+ $/) {
				room = cell[2]
				gsub(/ /, "", room)
				if (room == "room") next
				words = split(cell[4], word, " ")
				for (i = 1; i <= words; i++) allowed[room, word[i]] = 1
				known[room] = 1
				order[++rows] = room
			}
			next
		}
		FNR == 1 {
			split(FILENAME, part, "/")
			room = part[2]
			if (!(room in known)) print FILENAME ": the room " room " has no row in ARCHITECTURE.md"
		}
		/^[ \t]*#[ \t]*include[ \t]*["<][a-z0-9_]+\/[a-z0-9_.\/]*[">]/ || /^[ \t]*#[ \t]*include[ \t]*"/ {
			match($0, /["<][^">]*[">]/)
			system_header = substr($0, RSTART, 1) == "<"
			name = substr($0, RSTART + 1, RLENGTH - 2)
			target = name
			if (!sub(/\/.*/, "", target)) {
				print FILENAME ":" FNR ": include \"" room "/" name "\" by its path from src/"
				next
			}
			if (system_header && !(target in known)) next
			if (target != room && !((room, target) in allowed) && !((room, "anything") in allowed))
				print FILENAME ":" FNR ": " room " may not include " target
		}
		END {
			for (i = 1; i <= rows; i++) below[order[i]] = i
			for (key in allowed) {
				split(key, ends, SUBSEP)
				if (ends[2] == "anything") continue
				if (!(ends[2] in known))
					print "ARCHITECTURE.md: " ends[1] " names " ends[2] ", which has no row"
				else if (below[ends[2]] >= below[ends[1]])
					print "ARCHITECTURE.md: " ends[1] " names " ends[2] ", which is not above it"
			}
		}' ARCHITECTURE.md)
}

empty 'every file includes only what its row allows' "$(layers .)"
rows=$(grep -cE '^\| [a-z]+ \|.*\|.*\|$' ARCHITECTURE.md)
ok 'the tables were found' test "$rows" -gt 20

# The rule itself, on a house with every mistake.
house=$scratch/house
mkdir -p "$house/src/base" "$house/src/os" "$house/src/attic"
cat >"$house/ARCHITECTURE.md" <<'TABLE'
| room | holds | may include |
|---|---|---|
| base | text | |
| os | files | base |
TABLE
echo '#include "base/text.h"' >"$house/src/os/file.c"
empty 'a house in order has no complaints' "$(layers "$house")"

# complains WHAT FILE LINE EXPECTED
complains() {
	echo "$3" >"$house/$2"
	is "found: $1" "$(layers "$house")" "$4"
	rm "$house/$2"
}
complains 'a file that reaches up' src/base/text.h '#include "os/file.h"' 'src/base/text.h:1: base may not include os'
complains 'the same in angle brackets' src/base/text.c '# include <os/file.h>' 'src/base/text.c:1: base may not include os'
complains 'a name without its room' src/os/path.c '#include "file.h"' \
	'src/os/path.c:1: include "os/file.h" by its path from src/'
complains 'a room without a row' src/attic/old.c '' 'src/attic/old.c: the room attic has no row in ARCHITECTURE.md'
echo '| attic | the old | base nowhere roof |
| roof | tiles | os |' >>"$house/ARCHITECTURE.md"
is 'found: rows that name rooms below or unknown' "$(layers "$house" | sort)" \
	'ARCHITECTURE.md: attic names nowhere, which has no row
ARCHITECTURE.md: attic names roof, which is not above it'

done_testing
