#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What checking costs: 1,000 contracts in one process, and one document of 5 MB, next to starting the program.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && aex init --task one >/dev/null)
mkdir "$scratch/many"
i=0
while [ $i -lt 1000 ]; do
	cp "$scratch/tasks/one.aex" "$scratch/many/$i.aex"
	i=$((i + 1))
done
{
	printf 'policy large v0\n\ngoal "A document of 5 MB."\n\n'
	awk 'BEGIN { for (i = 0; i < 120000; i++) printf "allow file.write:src/module%d/**, git.branch%d\n", i % 977, i % 89 }'
} | head -c 5242880 | sed '$d' >"$scratch/large.aex"
cd "$scratch"
echo 'check: 1,000 contracts, one document of 5 MB'
spawn --rounds "${BENCH_ROUNDS:-20}" -- aex --version -- aex check many -- aex check large.aex
