# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Far more calls at once than any pipe holds, through `aex proxy`, by a client that stops reading now and then until nothing
# moves: no answer is lost, altered or out of order, and memory stays what it was. A million calls with AEX_LONG=1.
. tests/support/tap.sh

tools=$build/tests/support/mcp
if [ -n "${AEX_LONG:-}" ]; then calls=1000000; else calls=50000; fi
mkdir -p "$scratch/ws/.aex" "$scratch/ws/.git"
printf 'policy flood v0\n\ngoal "Let it flow."\n\nallow mcp.t.*\ndeny mcp.t.denied\n\nbudget calls=100000000\n' >"$scratch/ws/.aex/policy.aex"
"$build/aex" trust --yes --root "$scratch/ws" --state-dir "$scratch/state" >/dev/null

# flood NAME SERVER-OPTIONS...
flood() {
	name=$1
	shift
	if ! "$tools/mcp-flood" $calls "$build/aex" proxy --root "$scratch/ws" --state-dir "$scratch/state" --name t -- \
		"$tools/mcp-echo" --record "$scratch/record" "$@" >"$scratch/said" 2>"$scratch/errors"; then
		fail "$name: every call is answered" "$(
			grep -v '^{' "$scratch/errors"
			tail -n 3 "$scratch/errors"
		)"
		return
	fi
	read -r _ answered _ stalls _ refused _ first last most <<-SAID
		$(tr -d , <"$scratch/said")
	SAID
	is "$name: every call is answered, in order, with its own bytes" "$answered $refused" "$calls 0"
	ok "$name: the reader stood still" [ "$stalls" -gt 0 ]
	is "$name: every call reached the server once" "$(grep -c '"method":"tools/call"' "$scratch/record")" $calls
	ok "$name: memory did not grow (from $first KiB to $last)" [ $((last - first)) -lt 256 ]
	ok "$name: nor was it ever much ($most KiB)" [ "$most" -lt 16384 ]
	rm "$scratch/record"
}

flood 'a quick server'
flood 'a server that reads in sips' --sip 2000

"$build/aex" audit verify --state-dir "$scratch/state" >"$scratch/verified" 2>&1
is 'the chain of the log is whole' $? 0
is 'and holds a decision for every call' \
	"$("$build/aex" audit show --json --state-dir "$scratch/state" | grep -c '"decision":"allow"')" $((calls * 2))

done_testing
