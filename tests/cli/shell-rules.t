# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016
# Rules about shell.exec with a scope: a wildcard takes in one command, and not what follows it.
. tests/cli/gate_support.sh
cat >"$ws/rules.aex" <<'POLICY'
policy rules v1

goal "Some commands."

allow shell.exec:"tool *", git.push, git.checkout, git.add, shell.exec:"./run.sh", shell.exec:"one && ./two", file.read, file.write:out/**
deny file.read:private/**, shell.exec:"*--force*"
POLICY
accept rules.aex

# says ANSWER LINE...: what becomes of each line.
says() {
	wanted=$1
	shift
	for line in "$@"; do
		input=$(printf '%s' "$line" | sed 's/\\/\\\\/g; s/"/\\"/g' | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }')
		is "$wanted: $line" "$(decide Bash "{\"command\":\"$input\"}" --policy rules.aex)" "$wanted"
	done
}

says allow 'tool a b' 'tool exec sh -c "a; b"' 'tool a && tool b' 'tool a | tool b' 'cd out && tool a' 'cat README && tool a' \
	'./run.sh' './run.sh; tool a' 'one && ./two' 'tool a > out/x' 'tool a 2>&1 | tail -n 5' 'for x in a b; do tool "$x"; done'
says deny 'x="a[\$(./evil)]"; tool $[x]' "x='a[\$(./evil)]'; tool a \$[x]" "tool a \${x:='a[\$(./evil)]'} \$[x]" 'tool ${x@P}' 'tool $((x))' 'tool a[$x]' \
	'tool a; git push elsewhere' 'tool a; git checkout x' 'tool a; git add .' 'tool a; other' 'tool a && bash script.sh' 'other; tool a' 'tool a | other' 'tool a & other' 'tool a
other' 'tool $(other)' 'tool `other`' 'tool <(other)' 'eval tool a \; other' 'eval "tool a; other"' 'bash -c "tool a; other"' \
	'tool a; other "unclosed' 'tool() { other; }; tool a' 'PATH=. tool a' './run.sh x' 'one && ./two x' 'one' \
	'tool a; cat private/x' 'tool a >& x; other' 'tool a && > x other' 'tool a > x; other' 'tool a --force' 'cd out && tool a --force'

cat >"$ws/rules.aex" <<'POLICY'
policy rules v1

goal "Everything, said in three ways."

allow shell.exec:"*"
POLICY
accept rules.aex
says allow 'tool a; other' 'tool $(other)' 'eval "a; b"'

# Words of runners of tests and builds that name a secret, the boundary or what may not be read: reporters write where they are
# told, and converters print what they are given.
mkdir -p "$ws/.claude" "$ws/private" "$ws/src/locked"
touch "$ws/.env" "$ws/.claude/settings.json" "$ws/private/p.json"
cat >"$ws/rules.aex" <<'POLICY'
policy rules v1

goal "Tests and builds."

allow tests.run, build.run
deny file.read:private/**, file.write:src/locked/**
POLICY
accept rules.aex
says deny 'npx mocha -R json -O output=.claude/settings.json' 'cd src && npx mocha -O output=../.claude/settings.json' \
	'npm test -- --outputFile=.aex/policy.aex' 'npx jest --env-file=.env' 'npx --no js-yaml .env' 'node_modules/.bin/prettier private/p.json'
says allow 'npx jest src/sub/x.test.js --coverage' 'npx jest src/locked/l.test.js' 'pytest tests/x.py' 'pytest .' 'go test ./...' 'npm test'
done_testing
