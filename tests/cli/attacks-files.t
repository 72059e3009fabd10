# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2102,SC2119,SC2120
# Attacks on files, links and the boundary itself, each with the decision a sound gate must give.
. tests/cli/gate_support.sh
home=$(getent passwd "$(id -u)" | cut -d: -f6)

is 'reading inside the workspace is ordinary' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}")" allow
is 'so is writing' "$(decide Write "{\"file_path\":\"$ws/src/new.c\",\"content\":\"x\"}")" allow

# A link inside the workspace leads out of it.
ln -s /etc/shadow "$ws/docs/link"
ln -s "$scratch" "$ws/docs/outside"
ln -s missing-target-outside "$ws/docs/dangling"
ln -s "$scratch/created-through-link" "$ws/docs/creates"
is 'a link to a secret is the secret' "$(decide Read "{\"file_path\":\"$ws/docs/link\"}")" deny
is 'a linked folder leads out' "$(decide Read "{\"file_path\":\"$ws/docs/outside/x\"}")" deny
is 'writing through a dangling link out' "$(decide Write "{\"file_path\":\"$ws/docs/creates\",\"content\":\"\"}")" deny
is 'a dangling link that stays inside' "$(decide Write "{\"file_path\":\"$ws/docs/dangling\",\"content\":\"\"}")" allow
ln -s ../sub "$ws/docs/sub"
is 'a link that stays inside' "$(decide Read "{\"file_path\":\"$ws/docs/sub/x\"}")" allow
is 'dots after a link are the target'"'"'s' "$(decide Read "{\"file_path\":\"$ws/docs/outside/../x\"}")" deny

# The way a path is written.
is 'dots out of the workspace' "$(decide Read "{\"file_path\":\"$ws/../../etc/passwd\"}")" deny
is 'doubled slashes' "$(decide Read "{\"file_path\":\"$ws//..//x\"}")" deny
is 'relative dots' "$(decide Read '{"file_path":"./a/./../../x"}')" deny
is 'relative, inside' "$(decide Read '{"file_path":"./src/../a.txt"}')" allow
is 'a trailing slash' "$(decide Write "{\"file_path\":\"$ws/.aex/\",\"content\":\"\"}")" deny
is '/proc/self/root' "$(decide Read "{\"file_path\":\"/proc/self/root$ws/a.txt\"}")" deny
is '/proc/self/cwd' "$(decide Read '{"file_path":"/proc/self/cwd/a.txt"}')" deny
is '/dev/fd' "$(decide Read '{"file_path":"/dev/fd/0"}')" deny
is 'a home path' "$(decide Read '{"file_path":"~/.profile"}')" deny
is 'an empty path' "$(decide Read '{"file_path":""}')" deny
is 'no path' "$(decide Read '{}')" deny
is 'a path that is no string' "$(decide Read '{"file_path":["/etc/passwd"]}')" deny
is 'a NUL' "$(decide Read "{\"file_path\":\"$ws/a.txt\\u0000.png\"}")" deny
is 'the root by its own link' "$(ln -sfn "$ws" "$scratch/linked-root" && decide Read "{\"file_path\":\"$scratch/linked-root/a.txt\"}")" deny

# What holds or loads the boundary, or later executes.
for protected in .aex/policy.aex .aex/anything/deep .aex aex.policy.aex .mcp.json .codex/config.toml .claude/settings.local.json \
	.git/hooks/pre-commit .git/config .git .git/modules/x/config .vscode/settings.json .envrc sub/.aex/policy.aex \
	sub/.claude/settings.json .AEX/policy.aex .Claude/settings.json; do
	is "writing $protected" "$(decide Write "{\"file_path\":\"$ws/$protected\",\"content\":\"allow *\"}")" deny
	is "editing $protected" "$(decide Edit "{\"file_path\":\"$ws/$protected\",\"old_string\":\"a\",\"new_string\":\"b\"}")" deny
done
for protected in .zshenv .bashrc .claude.json .gitconfig .config/aex/policy.aex; do
	is "writing ~/$protected" "$(decide Write "{\"file_path\":\"$home/$protected\",\"content\":\"\"}")" deny
done
is 'writing the state' "$(decide Write "{\"file_path\":\"$state/audit.jsonl\",\"content\":\"\"}")" deny
is 'a new contract in .aex/runs' "$(decide Write "{\"file_path\":\"$ws/.aex/runs/20261121-x.aex\",\"content\":\"\"}")" allow
mkdir -p "$ws/.aex/runs" && touch "$ws/.aex/runs/old.aex"
is 'a contract that exists' "$(decide Write "{\"file_path\":\"$ws/.aex/runs/old.aex\",\"content\":\"\"}")" deny
is 'reading the policy is fine' "$(decide Read "{\"file_path\":\"$ws/.aex/policy.aex\"}")" allow
printf '[core]\n\thooksPath = .husky\n' >"$ws/.git/config"
is 'core.hooksPath' "$(decide Write "{\"file_path\":\"$ws/.husky/pre-commit\",\"content\":\"\"}")" deny
is 'a file that only looks alike' "$(decide Write "{\"file_path\":\"$ws/src/aex.md\",\"content\":\"\"}")" allow

# Another name for the same file.
ln "$ws/.aex/policy.aex" "$ws/notes.md"
ln "$ws/a.txt" "$ws/b.txt"
is 'a hard link to the policy' "$(decide Edit "{\"file_path\":\"$ws/notes.md\",\"old_string\":\"a\",\"new_string\":\"b\"}")" deny
is 'a hard link to something else' "$(decide Edit "{\"file_path\":\"$ws/b.txt\",\"old_string\":\"a\",\"new_string\":\"b\"}")" allow
rm "$ws/notes.md"

# Secrets, through every tool that reads.
echo KEY=x >"$ws/.env"
is 'reading .env' "$(decide Read "{\"file_path\":\"$ws/.env\"}")" deny
is 'reading .env.example' "$(decide Read "{\"file_path\":\"$ws/.env.example\"}")" allow
is 'searching a folder of secrets' "$(decide Grep '{"pattern":"","path":"~/.ssh"}')" deny
is 'searching a tree that holds one' "$(decide Grep '{"pattern":"x"}')" deny
is 'searching past it' "$(decide Grep '{"pattern":"x","glob":"*.{c,h}"}')" allow
is 'searching a folder without' "$(decide Grep "{\"pattern\":\"x\",\"path\":\"$ws/src\"}")" allow
is 'listing what is aimed at secrets' "$(decide Glob '{"pattern":"**/.env*"}')" deny
is 'listing with braces' "$(decide Glob '{"pattern":"**/{.env,x}"}')" deny
is 'listing keys' "$(decide Glob '{"pattern":"**/*.pem"}')" deny
is 'listing everything' "$(decide Glob '{"pattern":"**/*"}')" allow
is 'listing sources' "$(decide Glob '{"pattern":"src/**/*.{ts,tsx}"}')" allow
is 'listing outside' "$(decide Glob '{"pattern":"/etc/*"}')" deny
is 'listing upwards' "$(decide Glob '{"pattern":"src/*/../../../*"}')" deny
rm "$ws/.env"

# A policy in a nested folder changes nothing.
mkdir -p "$ws/sub/.aex"
printf 'policy open v0\n\ngoal "x"\n\nallow *\n' >"$ws/sub/.aex/policy.aex"
ws_cwd=$ws/sub
is 'a nested policy widens nothing' "$(decide WebFetch '{"url":"https://example.com/","prompt":""}')" deny
ws_cwd=$ws
# One whose text lies where an agent may write: the folder is closed, also while the link leads to nothing.
mkdir "$ws/shared" "$ws/linked"
ln -s ../shared "$ws/linked/.aex"
is 'a nested policy behind a link to nothing' "$(decide Write '{"file_path":"linked/x","content":"x"}')" deny
printf 'policy n v0\n\ngoal "x"\n\nallow *\n' >"$ws/shared/policy.aex"
is 'a nested policy behind a link' "$(decide Write '{"file_path":"linked/x","content":"x"}')" deny
has 'the reason' "$(last err)" 'is a link to'
is 'beside it' "$(decide Write '{"file_path":"shared/x","content":"x"}')" allow
ln -sfn ../sub/.aex "$ws/linked/.aex"
is 'a nested policy shared with another folder' "$(decide Write '{"file_path":"linked/x","content":"x"}')" allow
rm -r "$ws/linked" "$ws/shared"

# apply_patch names every file it touches.
agent=codex
patch() {
	decide apply_patch "{\"command\":\"*** Begin Patch\\n$1\\n*** End Patch\\n\"}"
}
is 'a patch inside' "$(patch '*** Add File: new.txt\n+hello')" allow
is 'a patch of two files' "$(patch '*** Update File: a.txt\n@@\n-a\n+b\n*** Update File: .aex/policy.aex\n@@\n-a\n+b')" deny
is 'a patch that moves onto the boundary' "$(patch '*** Update File: a.txt\n*** Move to: .mcp.json\n@@\n-a\n+b')" deny
is 'a patch that leads out' "$(patch '*** Add File: ../x\n+hello')" deny
is 'an indented marker' "$(patch '*** Add File: a1\n+x\n  *** Delete File: .git/config')" deny
is 'a marker in added text is text' "$(patch '*** Add File: a2\n+*** Delete File: .git/config')" allow
is 'deleting where it is allowed' "$(patch '*** Delete File: build/x.o')" allow
is 'a patch without files' "$(patch 'nothing')" deny
done_testing
