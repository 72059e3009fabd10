# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the compiled code takes from the C library: nothing banned, system calls only above os/, printing only in
# cli/, every call that can fail breakable in aex-faulty; and nothing that can be written to outside a function.
. tests/support/tap.sh

# undefined ARCHIVE OBJECT...: "ROOM SYMBOL", without those that our own code defines.
undefined() {
	nm -A "$@" | awk '
		NF > 1 {
			place = $1
			sub(/:[0-9a-f]*$/, "", place)
			sub(/.*[:\/]/, "", place)
			sub(/^src_/, "", place)
			sub(/_.*/, "", place)
			symbol = $NF
			if ($(NF - 1) == "U") wanted[place " " symbol] = symbol
			else ours[symbol] = 1
		}
		END {
			for (key in wanted) if (!(wanted[key] in ours)) print key
		}' | LC_ALL=C sort
}

# judge ROOMS-WITH-OS < "ROOM SYMBOL" lines: complaints.
judge() {
	tests/support/wrapped-symbols.sh >"$scratch/wrapped"
	awk -v with_os="$1" '
		FILENAME ~ /known-symbols/ { if ($0 !~ /^#/ && NF == 2) kind[$1] = $2; next }
		FILENAME ~ /wrapped/ { kind[$1] = $1 ~ /^(malloc|calloc|realloc|aligned_alloc|madvise|sysconf)$/ ? "memory" : $1 == "fflush" ? "cli" : "system"; next }
		$2 ~ /^(nettle_|_?utf8proc_|_nettle_|__wrap_|_GLOBAL_OFFSET_TABLE_)/ { next }
		$2 ~ /^(gets|strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|atoi|atol|atof|system|popen|alloca|tmpnam|mktemp|rand|setenv|putenv)$/ ||
		$2 ~ /^__(strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf)_chk$/ {
			print $1 "/ uses " $2 ", which is banned"
			next
		}
		!($2 in kind) { print $1 "/ uses " $2 ", which is neither in fault_calls.def nor in known-symbols.txt"; next }
		kind[$2] == "cli" && $1 != "cli" { print $1 "/ uses " $2 ", which only cli/ may" }
		kind[$2] == "memory" && $1 != "base" { print $1 "/ uses " $2 ": memory comes from arenas" }
		kind[$2] == "system" && index(" " with_os " ", " " $1 " ") == 0 { print $1 "/ uses " $2 ", but its row in ARCHITECTURE.md has no os" }
	' tests/rules/known-symbols.txt "$scratch/wrapped" -
}

# writable OBJECT...: names of objects in sections that can be written to, after relocation.
writable() {
	for file in "$@"; do
		objdump -t "$file"
	done | awk '
		/ O / && $(NF - 2) ~ /^\.(data|bss|tdata|tbss)/ && $(NF - 2) !~ /^\.data\.rel\.ro/ { print $NF }
		/\*COM\*/ { print $NF }' | sed 's/\.[0-9]*$//' | sort -u
}

with_os=$(awk -F '|' 'NF == 5 && ($4 ~ / os / || $4 ~ /anything/ || $2 ~ /^ os $/) { gsub(/ /, "", $2); print $2 }' ARCHITECTURE.md |
	tr '\n' ' ')
used=$(undefined "$build/src/libaex.a" "$build"/aex.p/*.o)
ok 'symbols were found' test "$(echo "$used" | wc -l)" -gt 50
empty 'every symbol is one its room may use' "$(echo "$used" | judge "$with_os")"

allowed=$(sed -n 's/^\([a-z][a-z_0-9]*\) .*/\1/p' tests/rules/mutable-globals.txt)
found=$(writable "$build/src/libaex.a" "$build"/aex.p/*.o)
for name in $allowed; do
	found=$(echo "$found" | grep -vx "$name")
done
empty 'nothing outside a function can be written to' "$found"

# The rules themselves, on code with every mistake.
cat >"$scratch/bad.c" <<'CODE'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int counter = 1;
static int calls;
const char *const names[] = {"never", "written"};
int bad(char *to);
int bad(char *to)
{
    static int once;
    strcpy(to, names[counter]);
    printf("%d", atoi(to) + ++calls + ++once);
    getresuid(NULL, NULL, NULL);
    return read(0, malloc(9), 9) > 0;
}
CODE
gcc -D_GNU_SOURCE -w -fPIE -O0 -c "$scratch/bad.c" -o "$scratch/json_bad.c.o"
is 'found: what can be written to' "$(writable "$scratch/json_bad.c.o" | tr '\n' ' ')" 'calls counter once '
is 'found: what a pure room may not use' "$(undefined "$scratch/json_bad.c.o" | judge "$with_os")" \
	'json/ uses atoi, which is banned
json/ uses getresuid, which is neither in fault_calls.def nor in known-symbols.txt
json/ uses malloc: memory comes from arenas
json/ uses printf, which only cli/ may
json/ uses read, but its row in ARCHITECTURE.md has no os
json/ uses strcpy, which is banned'

done_testing
