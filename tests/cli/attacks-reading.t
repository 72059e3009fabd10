# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Attacks that read what must not be read: by moving it, by searching with filters, by searching from above.
. tests/cli/gate_support.sh
echo KEY=x >"$ws/.env"
echo x >"$ws/src/a.c"

# A patch that moves a file makes it readable under another name.
agent=codex
patch() {
	decide apply_patch "{\"command\":\"*** Begin Patch\\n$1\\n*** End Patch\\n\"}"
}
is 'a patch that moves a secret' "$(patch '*** Update File: .env\n*** Move to: notes.txt\n@@\n+x')" deny
is 'one that names it with blanks' "$(patch '*** Update File:   .env  \n  *** Move to: notes.txt\n@@\n+x')" deny
is 'one that only changes it' "$(patch '*** Update File: .env\n@@\n+x')" allow
is 'one that moves an ordinary file' "$(patch '*** Update File: a.txt\n*** Move to: notes.txt\n@@\n+x')" allow
agent=claude

# A search takes several filters, with blanks or commas between them.
for filter in '*.c .env' '*.c,.env' '*.c,.e*' '{*.c,*.h} .env' '!*.h .env' '*.c\\t.env' '*.c\\u00a0.env' '!*.c' '' ' ' '{*.c,.env}'; do
	is "searching \"$filter\"" "$(decide Grep "{\"pattern\":\"x\",\"glob\":\"$filter\"}")" deny
done
for filter in '*.c *.h' '*.c,*.h' '*.{c,h}' '{*.c,*.h} *.md' '!*.h *.c'; do
	is "searching \"$filter\"" "$(decide Grep "{\"pattern\":\"x\",\"glob\":\"$filter\"}")" allow
done
done_testing
