#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#   policy.sh RULE      prints a policy of 100 rules and a budget, one of them RULE
set -eu
printf 'policy bench v0\n\ngoal "A policy of 100 rules."\n\n'
i=0
while [ $i -lt 70 ]; do
	echo "allow file.write:src/part$i/**"
	i=$((i + 1))
done
while [ $i -lt 85 ]; do
	echo "deny mcp.server$i.*"
	i=$((i + 1))
done
echo "$1"
printf 'allow tests.run\nallow git.*\ndeny secrets.read\ndeny network.*\nbudget calls=100000000\n'
while [ $i -lt 95 ]; do
	echo "confirm before git.branch$i"
	i=$((i + 1))
done
