# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2059,SC2102,SC2119,SC2120
# Attacks on the boundary where it has another name: behind links, in Git's configuration, in an audit trail of the
# operator's choice. And the work in a worktree that is no attack.
. tests/cli/gate_support.sh

# write PATH [OPTIONS...]
write() {
	written=$1
	shift
	decide Write "{\"file_path\":\"$written\",\"content\":\"\"}" "$@"
}

# Settings kept elsewhere, with links to them where the agents look.
mkdir -p "$ws/dot/claude" "$ws/dot/codex" "$ws/.claude" "$ws/.codex"
echo '{}' >"$ws/dot/claude/settings.json"
ln -s ../dot/claude/settings.json "$ws/.claude/settings.json"
ln -s ../dot/codex/new.toml "$ws/.codex/config.toml"
is 'the file that settings.json is a link to' "$(write "$ws/dot/claude/settings.json")" deny
is 'one that is not there yet' "$(write "$ws/dot/codex/new.toml")" deny
is 'another one beside it' "$(write "$ws/dot/claude/notes.md")" allow
rm -r "$ws/.claude"
ln -s dot/claude "$ws/.claude"
is 'the folder that .claude is a link to' "$(write "$ws/dot/claude/settings.local.json")" deny
rm "$ws/.claude"
is 'an ordinary folder again' "$(write "$ws/dot/claude/settings.local.json")" allow

# The same in the home folder, which can be behind a link itself.
faulty=$build/tests/support/aex-faulty
mkdir -p "$ws/dot/config/aex" "$ws/dot/config/nvim" "$ws/people/me"
ln -s "$ws/dot/config" "$ws/people/me/.config"
ln -s "$ws/dot/bashrc" "$ws/people/me/.bashrc"
ln -s "$ws/people/me" "$scratch/me"
at_home() {
	hook_input Write "{\"file_path\":\"$1\",\"content\":\"\"}" >"$scratch/input"
	gate_status=0
	AEX_HOME=$scratch/me "$faulty" gate claude --root "$ws" --state-dir "$state" <"$scratch/input" >"$scratch/out" 2>"$scratch/err" || gate_status=$?
	echo $gate_status >"$scratch/status"
	verdict
}
is 'the file that ~/.bashrc is a link to' "$(at_home "$ws/dot/bashrc")" deny
is 'a file of the home folder by its other name' "$(at_home "$ws/people/me/.zshrc")" deny
is 'where ~/.config leads: of aex' "$(at_home "$ws/dot/config/aex/policy.aex")" deny
is 'where ~/.config leads: of others' "$(at_home "$ws/dot/config/nvim/init.lua")" allow
is 'an ordinary file at home' "$(at_home "$ws/people/me/notes.md")" allow

# Single files of ~/.config that are links.
rm "$ws/people/me/.config"
mkdir -p "$ws/people/me/.config/aex" "$ws/people/me/.config/git"
ln -s "$ws/dot/user.aex" "$ws/people/me/.config/aex/policy.aex"
ln -s "$ws/dot/gitconfig" "$ws/people/me/.config/git/config"
is 'what the user policy is a link to, before it is there' "$(at_home "$ws/dot/user.aex")" deny
printf 'policy user v0\n\ngoal "x"\n\nallow file.*\n' >"$ws/dot/user.aex"
is 'and when it is' "$(at_home "$ws/dot/user.aex")" deny
is 'the link itself' "$(at_home "$ws/people/me/.config/aex/policy.aex")" deny
is 'by a name through the home folder' "$(at_home "$scratch/me/../people/me/.config/aex/policy.aex")" deny
is "what git's configuration is a link to" "$(at_home "$ws/dot/gitconfig")" deny
is 'a file beside them' "$(at_home "$ws/dot/other.aex")" allow

# State and trail.
ln -s "$ws/kept" "$scratch/state-link"
mkdir -m 700 "$ws/kept" && cp -r "$state/." "$ws/kept"
is 'the state folder by its other name' "$(write "$ws/kept/trust/x.aex" --state-dir "$scratch/state-link")" deny
mkdir "$ws/log"
for name in audit.jsonl audit.jsonl.head audit.jsonl.1; do
	is "--audit: writing $name" "$(write "$ws/log/$name" --audit "$ws/log/audit.jsonl")" deny
done
is '--audit: writing beside it' "$(write "$ws/log/other" --audit "$ws/log/audit.jsonl")" allow
ln -s "$ws" "$scratch/alias"
ln -s log "$ws/log-link"
for name in audit.jsonl audit.jsonl.head audit.jsonl.1; do
	for written in "$scratch/alias/log/$name" "$ws/log/$name"; do
		is "--audit by the workspace's other name: writing $written" "$(decide Write "{\"file_path\":\"$written\",\"content\":\"\"}" --root "$scratch/alias" --audit "$scratch/alias/log/audit.jsonl")" deny
		is "--audit behind a link: writing $written" "$(write "$written" --audit "$ws/log-link/audit.jsonl")" deny
	done
done
is '--audit behind a link: beside it' "$(write "$ws/log/other" --audit "$ws/log-link/audit.jsonl")" allow
mkdir "$ws/agents"
for variable in CODEX_HOME CLAUDE_CONFIG_DIR; do
	for written in "$scratch/alias/agents/x.json" "$ws/agents/x.json"; do
		export "$variable=$scratch/alias/agents"
		is "$variable by its other name: writing $written" "$(write "$written")" deny
		unset "$variable"
	done
done
is 'the same folder when it is nothing special' "$(write "$ws/agents/x.json")" allow
rm "$scratch/alias"

# What makes Git run something.
for name in commondir worktrees/x/commondir worktrees/x/gitdir rebase-merge/git-rebase-todo; do
	is "writing .git/$name" "$(write "$ws/.git/$name")" deny
done
is 'writing .git/info/exclude' "$(write "$ws/.git/info/exclude")" allow
configured() {
	printf "$1" >"$ws/.git/config"
}
configured '[core]\n\thooksPath = "git hooks" # ours\n'
is 'a hooksPath in quotes' "$(write "$ws/git hooks/pre-commit")" deny
configured '[core] HooksPath=githooks;x\n'
is 'a hooksPath behind its section' "$(write "$ws/githooks/pre-commit")" deny
configured '[include]\n\tpath = ../dev.gitconfig\n[submodule "lib"]\n\tpath = lib\n'
is 'an included configuration' "$(write "$ws/dev.gitconfig")" deny
is 'the folder of a submodule' "$(write "$ws/lib/x.c")" allow
configured ''

# Claude Code's worktrees are in .claude.
mkdir -p "$ws/.claude/worktrees/fix"
is 'work in a worktree' "$(write "$ws/.claude/worktrees/fix/src/x.c")" allow
for name in .claude/settings.json .aex/policy.aex .git .mcp.json .claude/worktrees/../settings.json; do
	is "the boundary in a worktree: $name" "$(write "$ws/.claude/worktrees/fix/$name")" deny
done
is 'the worktree itself' "$(write "$ws/.claude/worktrees/fix")" deny
is 'what only looks like one' "$(write "$ws/.aex/.claude/worktrees/fix/policy.aex")" deny
done_testing
