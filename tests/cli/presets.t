# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119
# The policies that `aex init --policy` writes, through the real gate: tests/data/presets.tsv has the calls and what must come
# of them. Every rule of a preset is then taken out in turn, and some call must come out differently.
. tests/cli/gate_support.sh
HOME=$scratch/home
export HOME
mkdir -p "$HOME"
tab=$(printf '\t')
git config --global user.email a@example.com
git config --global user.name a

# A repository as they are: sources, a secret, a remote, a branch with work and one that changes the agent's settings.
rm -rf "$ws"
mkdir -p "$ws/src" "$ws/docs" "$ws/.claude" "$ws/build"
cd "$ws" || exit 1
git init -q -b main .
echo 'int main(void) { return 0; }' >src/a.c
echo 'int b;' >src/b.c
echo 'console.log(1)' >src/x.js
echo hello >README.md
echo '{"scripts":{}}' >package.json
echo '{}' >.claude/settings.json
echo KEY=x >.env
printf '.env\nstate\n' >.gitignore
git remote add origin https://example.com/x.git
git add -A
git commit -qm first
git checkout -qb evil
echo '{"hooks":{}}' >.claude/settings.json
git commit -qam evil
git checkout -q -b feature main
echo '// more' >>src/a.c
git commit -qam feature
git checkout -q main
cd - >/dev/null || exit 1

# settled PRESET POLICY: each call of the preset with its verdict and reason under that policy.
settled() {
	grep "^$1$tab" tests/data/presets.tsv | while IFS=$tab read -r _ _ tool arguments; do
		(cd "$ws" && "$aex" explain --root . --state-dir "$state" --policy "$2" --json "$tool" "$arguments" |
			sed -n '/^  "part"/,$d; s/^  "\(decision\|reason\)": \(.*\),$/\2/p' | tr '\n' ' ')
		echo "$tool $arguments"
	done
}

everyday=0
denied=0
for preset in default strict work open; do
	rm -rf "$ws/.aex"
	(cd "$ws" && "$aex" init --policy --preset $preset --root . --state-dir "$state" >/dev/null)
	# More calls than the budget has; it is looked at below.
	sed -i 's/^budget .*/budget calls=100000/' "$ws/.aex/policy.aex"
	accept
	grep "^$preset$tab" tests/data/presets.tsv >"$scratch/rows"
	while IFS=$tab read -r _ want tool arguments; do
		case $want in
		false)
			denied=$((denied + 1))
			everyday=$((everyday + 1))
			want=deny
			;;
		allow | ask) everyday=$((everyday + 1)) ;;
		esac
		is "$preset: $want: $tool $arguments" "$(decide "$tool" "$arguments")" "$want"
	done <"$scratch/rows"
	echo "# $preset: $(grep -c "${tab}false$tab" "$scratch/rows") of $(grep -vc "${tab}deny$tab" "$scratch/rows") harmless calls are denied"
	settled $preset .aex/policy.aex >"$scratch/whole"
	grep -nE '^(allow|deny|confirm)' "$ws/.aex/policy.aex" >"$scratch/rules"
	while IFS=: read -r number rule; do
		sed "${number}d" "$ws/.aex/policy.aex" >"$scratch/without.aex"
		settled $preset "$scratch/without.aex" >"$scratch/changed"
		ok "$preset: some call tells that \"$rule\" is gone" sh -c '! cmp -s "$1" "$2"' sh "$scratch/whole" "$scratch/changed"
	done <"$scratch/rules"
done
echo "# $denied of $everyday harmless calls are denied in all"
ok 'at least sixty everyday calls under the default' test "$(grep -c "^default$tab\(allow\|ask\|false\)" tests/data/presets.tsv)" -ge 60

# The budgets, as they are written.
for preset in default strict work; do
	rm -rf "$ws/.aex"
	(cd "$ws" && "$aex" init --policy --preset $preset --root . --state-dir "$state" >/dev/null)
	accept
	session=budget-$preset
	most=$(sed -n 's/^budget calls=//p' "$ws/.aex/policy.aex")
	hook_input Read '{"file_path":"src/a.c"}' >"$scratch/input"
	i=0
	while [ $i -lt "$most" ]; do
		i=$((i + 1))
		sed "s/call_[0-9_]*/call_$i/" "$scratch/input" | "$aex" gate claude --root "$ws" --state-dir "$state" >"$scratch/out" 2>&1
	done
	is "$preset: call $most passes" "$(cat "$scratch/out")" '{}'
	is "$preset: the next does not" "$(decide Read '{"file_path":"src/a.c"}')" deny
	has "$preset: and says why" "$(last err)" "the budget of $most calls"
done
done_testing
