# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119
# git commands that take commits over, go back to where they began, or delete what git does not know: as git-changes.t does.
. tests/cli/gate_support.sh
real_repository
sed -i 's|^confirm before.*|confirm before git.push, file.write:docs/**|; s|^deny |deny file.write:locked/**, file.write:made/**, |' "$ws/.aex/policy.aex"
sed -i 's|^allow |allow file.delete, history.rewrite, |' "$ws/.aex/policy.aex"
accept
echo .aex >"$ws/.git/info/exclude"
mkdir "$ws/.claude" "$ws/locked"
echo '{}' >"$ws/.claude/settings.json"
echo a >"$ws/src/a.c"
echo l >"$ws/locked/l"
git -C "$ws" add -A
git -C "$ws" commit -qm first

# branch NAME COMMAND...: a branch of main with what the command changes in it.
branch() {
	git -C "$ws" checkout -q -b "$1" main
	shift
	(cd "$ws" && "$@")
	git -C "$ws" add -A
	git -C "$ws" commit -qm change
	git -C "$ws" checkout -q main
}
branch plain sh -c 'echo b >src/b.c; echo x >>src/a.c'
branch asking sh -c 'echo d >docs/d'
branch locked sh -c 'echo x >>locked/l'
branch evil sh -c 'echo "{\"hooks\":{}}" >.claude/settings.json'
git -C "$ws" tag twice plain
git -C "$ws" branch twice evil
git init -q --bare "$scratch/remote"
git -C "$ws" remote add origin "$scratch/remote"
git -C "$ws" push -q origin plain:far
git -C "$ws" fetch -q origin
git -C "$ws" branch -q far origin/far
echo m >"$ws/sub/m"
git -C "$ws" add -A
git -C "$ws" commit -qm main

expect() {
	is "$2: $1" "$(decide Bash "{\"command\":\"$2\"}")" "$1"
}

# Commits that are taken over, one by one.
branch passing sh -c 'echo "{\"hooks\":{}}" >.claude/settings.json; git commit -qam bad; echo "{}" >.claude/settings.json; echo p >src/p.c'
git -C "$ws" branch empty main
git -C "$ws" checkout -q empty
git -C "$ws" commit -q --allow-empty -m nothing
git -C "$ws" checkout -q main
expect allow 'git rebase plain'
expect allow 'git rebase -q far'
expect allow 'git rebase empty'
expect deny 'git rebase evil'
expect deny 'git rebase locked'
expect ask 'git rebase asking'
expect deny 'git rebase -i plain'
expect deny 'git rebase plain -x ./x'
expect deny 'git rebase --onto plain evil'
expect deny 'git rebase --output=x'
expect allow 'git cherry-pick plain'
expect allow 'git cherry-pick -x plain'
expect deny 'git cherry-pick evil'
expect deny 'git cherry-pick locked'
expect deny 'git cherry-pick twice'
expect deny 'git cherry-pick passing~1'
expect deny 'git cherry-pick passing'
expect deny 'git cherry-pick plain..evil'
expect deny 'git cherry-pick plain evil'
expect allow 'git revert HEAD --no-edit'
expect allow 'git revert --no-edit plain'
expect deny 'git revert --no-edit evil'
expect deny 'git revert HEAD~1'
expect deny 'git branch -f plain evil; git cherry-pick plain'
expect deny 'git fetch origin && git rebase far'
git -C "$ws" checkout -q passing
expect deny 'git rebase main'
expect deny 'git rebase plain'
git -C "$ws" checkout -q evil
expect deny 'git rebase plain'
# Files that moved since: the change goes where they are now.
git -C "$ws" checkout -q -b moved main
git -C "$ws" mv src/a.c .claude/settings.local.json
git -C "$ws" commit -qm moved
git -C "$ws" checkout -q -b edited main
echo e >>"$ws/src/a.c"
git -C "$ws" commit -qam edited
git -C "$ws" checkout -q moved
expect deny 'git cherry-pick edited'
git -C "$ws" checkout -q edited
expect allow 'git cherry-pick plain'

# What is not done goes back to where it began.
expect allow 'git rebase --abort'
expect allow 'git cherry-pick --abort'
git -C "$ws" checkout -q -b other main
echo o >"$ws/src/a.c"
git -C "$ws" commit -qam other
git -C "$ws" rebase -q edited >/dev/null 2>&1
expect allow 'git rebase --abort'
cp "$ws/.git/rebase-merge/orig-head" "$scratch/orig-head"
git -C "$ws" rev-parse evil >"$ws/.git/rebase-merge/orig-head"
expect deny 'git rebase --abort'
cp "$scratch/orig-head" "$ws/.git/rebase-merge/orig-head"
echo evil >"$ws/.git/rebase-merge/orig-head"
expect deny 'git rebase --abort'
cp "$scratch/orig-head" "$ws/.git/rebase-merge/orig-head"
git -C "$ws" rev-parse evil >"$ws/.git/rebase-merge/autostash"
expect deny 'git rebase --abort'
rm "$ws/.git/rebase-merge/autostash"
git -C "$ws" rebase --abort
git -C "$ws" cherry-pick edited >/dev/null 2>&1
expect allow 'git cherry-pick --abort'
expect allow 'git revert --abort'
mkdir -p "$ws/.git/sequencer"
git -C "$ws" rev-parse evil >"$ws/.git/sequencer/head"
expect deny 'git cherry-pick --abort'
rm -r "$ws/.git/sequencer"
git -C "$ws" cherry-pick --abort
git -C "$ws" checkout -q main

# Files that git does not know.
expect allow 'git clean -fd'
mkdir -p "$ws/made/deep" "$ws/build/made"
touch "$ws/build/x.o" "$ws/build/made/y.o"
expect deny 'git clean -fd build; git checkout evil'
expect allow 'git clean -fd build'
expect allow 'cd build && git clean -fd'
touch "$ws/made/deep/x"
expect deny 'git clean -fd'
expect deny 'git clean -fd made/deep'
expect allow 'git clean -nd'
echo '*.o' >>"$ws/.git/info/exclude"
mkdir "$ws/locked/new"
touch "$ws/locked/new/z.o"
expect allow 'git clean -fd build'
expect allow 'git clean -f src'
expect deny 'git clean -fdx locked'
rm -r "$ws/made" "$ws/locked/new" "$ws/build"
touch "$ws/.envrc"
expect deny 'git clean -fd'
expect deny 'git clean -fd -e x'
expect deny 'git clean -ffdq .'
rm "$ws/.envrc"
mkdir "$ws/nested"
git -C "$ws/nested" init -q
expect deny 'cd nested && git clean -fd'
rm -rf "$ws/nested"
done_testing
