#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the proxy costs, next to the server alone and to a relay of one process that looks at nothing: each alone, in turns, in the
# same run, under a policy of 100 rules with a budget. Behind each figure is what it is asked to be. With BENCH_QUICK=1 or few
# BENCH_ROUNDS it only shows that the measurement works.
set -eu
tools=$(dirname "$(command -v spawn)")/../support/mcp
rounds=${BENCH_ROUNDS:-30}
if [ -n "${BENCH_QUICK:-}" ] || [ "$rounds" -lt 10 ]; then
	calls=100 flight=2000 million=20000 size=1000000 starts=1
else
	calls=400 flight=20000 million=1000000 size=10000000 starts=4
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# policy NAME: a workspace whose policy allows the server's tools among 100 rules.
policy() {
	workspace=$scratch/$1
	mkdir -p "$workspace/.aex" "$workspace/.git"
	"$(dirname "$0")/support/policy.sh" 'allow mcp.bench.*' >"$workspace/.aex/policy.aex"
	aex trust --yes --root "$workspace" --state-dir "$scratch/state" >/dev/null
}
policy plain

# The words that start the proxy, with options, in front of what follows.
proxy() {
	echo "aex proxy --root $workspace --state-dir $scratch/state --name bench $* --"
}

# measure OPTIONS... -- SUBJECTS...: what mcp-load says, kept in $scratch/results.
measure() {
	"$tools/mcp-load" --rounds "$rounds" "$@" >>"$scratch/results"
}

echo=$tools/mcp-echo
relay=$tools/mcp-relay
with=$(proxy)
without=$(proxy --no-audit)
redacting=$(proxy --redact secrets)

# One call after another on one processor: nothing of that runs at once, and else the figures say most about which of the
# programs the scheduler happens to leave together.
pin=
if command -v taskset >/dev/null; then
	pin="taskset -c $(awk '/^Cpus_allowed_list/ { split($2, list, /[,-]/); print list[1] }' /proc/self/status)"
fi
# shellcheck disable=SC2086 # words
$pin "$tools/mcp-load" --rounds "$rounds" --calls $calls -- \
	direct: "$echo" relay: "$relay" "$echo" with: $with "$echo" without: $without "$echo" >>"$scratch/results"
# shellcheck disable=SC2086
measure --flight $flight --starts $starts -- \
	direct: "$echo" relay: "$relay" "$echo" with: $with "$echo" without: $without "$echo"
# shellcheck disable=SC2086
measure --results 5 --size $size -- \
	direct-result: "$echo" relay-result: "$relay" "$echo" with-result: $with "$echo" \
	redacted-result: $redacting "$echo"
# shellcheck disable=SC2086
"$tools/mcp-flood" $million $with "$echo" 2>/dev/null >"$scratch/flood"
# A thousand tools that make a list of the same size. Another workspace: in the first the server's tools are pinned.
policy lists
with=$(proxy)
many="--tools 1000 --description $((size / 1000))"
# shellcheck disable=SC2086
measure --lists 5 -- direct-list: "$echo" $many with-list: $with "$echo" $many

awk -v calls="$(sed 's/[^0-9 ]//g' "$scratch/flood")" '
	{ value[$1, $2] = $3; tail[$1, $2] = $4 }
	function line(what, got, unit, asked, good) {
		printf "%-46s %9.2f %-4s asked: %s%s\n", what, got, unit, asked, good ? "" : "   MISSED"
	}
	END {
		printf "%-10s %10s %10s %12s %12s\n", "", "p50 us", "p99 us", "calls/s", "start us"
		split("direct relay with without", names, " ")
		for (i = 1; i <= 4; i++) {
			name = names[i]
			printf "%-10s %10.1f %10.1f %12.0f %12.0f\n", name == "with" ? "aex proxy" : name == "without" ? "no log" : name,
				value["call", name], tail["call", name], value["flight", name], value["start", name]
		}
		print ""
		base = value["call", "direct"]
		if (value["call", "relay"] > base * 1.2) {
			ratio = (value["call", "with"] - base) / (value["call", "relay"] - base)
			line("added p50, to what the relay adds", ratio, "x", "at most 1.6", ratio <= 1.6)
		} else
			print "added p50: the machine is too busy to tell a relay from none"
		ratio = value["flight", "with"] / value["flight", "relay"]
		line("calls/s at 64 in flight, to the relay", ratio, "x", "at least 0.3", ratio >= 0.3)
		ratio = value["flight", "without"] / value["flight", "relay"]
		line("the same without the log", ratio, "x", "at least 0.6", ratio >= 0.6)
		ratio = value["result", "with-result"] / value["result", "direct-result"]
		line("a large result, to direct", ratio, "x", "at most 1.15", ratio <= 1.15)
		ratio = value["result", "redacted-result"] / value["result", "direct-result"]
		line("a large result with secrets redacted, to direct", ratio, "x", "at most 2.5", ratio <= 2.5)
		ratio = value["list", "with-list"] / value["list", "direct-list"]
		line("a large list, to direct", ratio, "x", "at most 2.5", ratio <= 2.5)
		added = (value["start", "with"] - value["start", "direct"]) / 1000
		line("spawn to first tools/list, above direct", added, "ms", "at most 3", added <= 3)
		idle = value["memory", "with"] / 1024
		line("resident memory, idle", idle, "MB", "under 5", idle < 5)
		split(calls, flood, " ")
		grown = (flood[5] - flood[4]) / 1024
		line("grown over " flood[1] " calls with a stalled reader", grown, "MB", "flat (under 0.25)", grown < 0.25)
		line("most in these calls", flood[6] / 1024, "MB", "under 5", flood[6] / 1024 < 5)
	}' "$scratch/results"
