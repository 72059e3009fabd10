# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# install, doctor and uninstall with the real program: from nothing to a hook that refuses, and back to nothing.
. tests/support/tap.sh

home=$scratch/home
ws=$scratch/work
state=$scratch/state
system=$scratch/system
mkdir -p "$home" "$ws" "$system" "$scratch/bin"
git init -q "$ws"
# Where nobody but the user writes, as after `make install`.
install -m 755 "$build/aex" "$scratch/bin/aex"
aex=$scratch/bin/aex
cd "$ws" || exit 1

# run COMMAND...: leaves $status, $out and $err. No agent's marks, no agents of this machine.
run() {
	status=0
	env -i HOME="$home" PATH=/usr/bin:/bin "$aex" "$@" --state-dir "$state" --system-root "$system" \
		>"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# hook EVENT FILE: the command of the last group.
hook() {
	sed -n '/"'"$1"'"/,/\]/s/^ *"command": "\(.*\)",$/\1/p' "$2" | head -1
}

run doctor
is 'without agents there is nothing to find' "$status" 0
has 'and that is said' "$out" 'No Claude Code or Codex was found.'

run install claude --dry-run
is 'a dry run' "$status" 0
has 'shows the diff' "$out" '+    "PreToolUse": ['
ok 'and writes nothing' test ! -e .claude -a ! -e .aex -a ! -e "$state"

run install claude
is 'install' "$status.$err" '0.'
has 'writes the policy' "$out" 'created  '
ok 'which is there' test -f .aex/policy.aex
settings=$ws/.claude/settings.json
command=$(hook PreToolUse "$settings")
has 'the command is absolute and names the workspace' "$command" "$aex gate claude --root $ws --state-dir $state || "

# call TOOL ARGUMENTS: what Claude Code would send.
call() {
	printf '{"session_id":"s","cwd":"%s","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"%s","tool_input":%s,"tool_use_id":"t%s"}' \
		"$ws" "$1" "$2" "$$"
}

# answer COMMAND TOOL ARGUMENTS: its status and stdout, as the agent's shell runs it.
answer() {
	answer_command=$1
	shift
	status=0
	out=$(call "$@" | sh -c "$answer_command" 2>"$scratch/err") || status=$?
	err=$(cat "$scratch/err")
}
answer "$command" Read "{\"file_path\":\"$ws/a.txt\"}"
is 'the hook has no objection to what the policy allows' "$status.$out" '0.{}'
answer "$command" WebFetch '{"url":"https://example.com/","prompt":""}'
is 'it refuses what the policy denies' "$status" 2
has 'with the reason' "$err" 'aex refused WebFetch'
lacks 'and only that reason' "$err" 'did not run'

mv "$aex" "$aex.gone"
answer "$command" Read "{\"file_path\":\"$ws/a.txt\"}"
is 'without the program the call is refused' "$status" 2
has 'with a reason' "$err" 'the gate did not run'
mv "$aex.gone" "$aex"
chmod -x "$aex"
answer "$command" Read "{\"file_path\":\"$ws/a.txt\"}"
is 'a program that cannot run' "$status" 2
chmod +x "$aex"
printf '#!/bin/sh\nkill -9 $$\n' >"$scratch/bin/dies"
chmod +x "$scratch/bin/dies"
answer "$(echo "$command" | sed "s|^$aex |$scratch/bin/dies |")" Read '{}'
is 'a program that was killed' "$status" 2
has 'with a reason too' "$err" 'the gate did not run'

before=$(cat "$settings")
run install claude
is 'twice is once' "$status.$(cat "$settings")" "0.$before"
lacks 'the second time nothing changes' "$out" '+++'

run doctor
is 'doctor: something is open at this scope' "$status" 1
has 'the hook was tried' "$out" 'closed  hook-answers: run as the agent runs it, the hook refuses a forbidden call and lets a harmless one pass'
has 'what stays open is named' "$out" 'open    start-options'
has 'with the command that closes it' "$out" '-> sudo aex install claude --scope managed'
run doctor --json
has 'as JSON too' "$out" '"name": "start-options"'

# broken FINDING WHAT EDIT: doctor names what an edit of the settings opened.
broken() {
	cp "$settings" "$scratch/settings"
	sed -i "$3" "$settings"
	run doctor
	is "doctor: $2" "$status" 1
	has "doctor names it: $2" "$out" "open    $1:"
	cp "$scratch/settings" "$settings"
}
broken settings-dropped 'a comment' '1a // note'
broken settings-dropped 'a timeout in quotes' 's/"timeout": 30/"timeout": "30"/'
broken hooks-disabled 'hooks switched off' '1a "disableAllHooks": true,'
broken hook-hangs 'no onFailure' 's/"onFailure": "block"/"x": 1/'
broken hook-command 'the shape before' "s/ || {.*; }\"/ || exit 2\"/"
broken hook-command 'a program that is gone' "s|$aex|/nowhere/aex|"
broken hook 'a matcher that misses tools' 's/"matcher": "\*"/"matcher": "Bash"/'
broken file-mentions 'a deny rule less' '/id_rsa/d'
broken skill-commands 'skills' 's/"disableSkillShellExecution": true/"disableSkillShellExecution": false/'

broken hook-command 'a state folder that the repository brings' "s|--state-dir $state |--state-dir $ws/.state |"
broken hook-command 'one that is looked for where the agent stands' "s|--state-dir $state |--state-dir .state |"
broken hook-command 'another workspace' "s|--root $ws |--root $scratch |"
ln -s "$ws/.state" "$scratch/elsewhere"
broken hook-command 'a state folder that leads back into the workspace' "s|--state-dir $state |--state-dir $scratch/elsewhere |"
has 'which is said' "$out" "the hook's command keeps its state in $scratch/elsewhere, which is in the workspace"
ok 'such a hook is not run' test ! -e "$ws/.state"
chmod 777 "$scratch/bin"
chmod 755 "$scratch"
run doctor
has 'a program in a folder of everybody' "$out" "open    hook-command: the program $aex can be changed by other users"
chmod 1777 "$scratch/bin"
run doctor
has 'where each may change their own it is safe' "$out" 'closed  hook-command'
chmod 755 "$scratch/bin"
mkdir "$scratch/bin/closed" "$scratch/bin/closed/open"
chmod 700 "$scratch/bin/closed"
chmod 777 "$scratch/bin/closed/open"
install -m 755 "$build/aex" "$scratch/bin/closed/open/aex"
sed -i "s|\"command\": \"$aex |\"command\": \"$scratch/bin/closed/open/aex |" "$settings"
lacks 'nor does it matter where nobody else gets' "$(env -i HOME="$home" PATH=/usr/bin:/bin "$scratch/bin/closed/open/aex" \
	doctor --no-probe --state-dir "$state" --system-root "$system")" 'can be changed by other users'
cp "$scratch/settings" "$settings"
rm -r "$scratch/bin/closed"

# Doctor runs nothing that install did not write, and no program but itself.
cp /bin/touch "$scratch/aex"
sed -i "s|\"command\": \"$aex |\"command\": \"$scratch/aex |" "$settings"
run doctor
has 'another program is named' "$out" 'which is not this aex'
ok 'and not run' test ! -e "$ws/gate"
cp "$scratch/settings" "$settings"
sed -i "s|\"command\": \"|\"command\": \"touch $scratch/ran; |" "$settings"
run doctor
ok 'doctor does not run what it does not know' test ! -e "$scratch/ran"
mkdir "$ws/bin"
cp "$aex" "$ws/bin/aex"
cp "$scratch/settings" "$settings"
sed -i "s|\"command\": \"$aex |\"command\": \"$ws/bin/aex |" "$settings"
run doctor
has 'nor a program in the workspace' "$out" 'lies in the workspace'
rm -r "${ws:?}/bin"
cp "$scratch/settings" "$settings"

run uninstall claude --dry-run
is 'a dry run of uninstall' "$status.$(cat "$settings")" "0.$before"
run uninstall claude
is 'uninstall' "$status.$err" '0.'
ok 'leaves no trace' test ! -e .claude
ok 'but the policy' test -f .aex/policy.aex
run uninstall claude
is 'there is nothing left to undo' "$status" 2
has 'which is said' "$err" 'nothing is recorded as installed for claude at project scope'

# Changed since: what others wrote stays.
mkdir .claude
printf '{\n  "model": "opus"\n}\n' >"$settings"
run install claude
sed -i 's/"model": "opus",/"model": "haiku",\n  "env": {"A": "b"},/' "$settings"
run uninstall claude
is 'only what was added is taken' "$(cat "$settings")" '{
  "model": "haiku",
  "env": {"A": "b"}
}'

# The shape of the AEX documents is found, repaired, and given back.
printf '{"hooks":{"PreToolUse":[{"matcher":".*","command":"aex gate --allow-no-policy"}]}}' >"$settings"
old=$(cat "$settings")
run doctor
has 'doctor knows the old shape' "$out" 'the old shape'
run install claude
has 'install says what it replaces' "$out" "note: $settings: hooks.PreToolUse ran the gate as \`aex gate --allow-no-policy\`; that is replaced"
answer "$(sed 's/.*"PreToolUse":\[{"matcher":"\*","hooks":\[{"type":"command","command":"\([^"]*\)".*/\1/' "$settings")" \
	WebFetch '{"url":"https://example.com/","prompt":""}'
is 'the new one refuses' "$status" 2
run uninstall claude
is 'and uninstall gives the bytes back' "$(cat "$settings")" "$old"

# What a repository says in its files does not speak to the terminal: neither in notes nor in diffs nor to doctor. The
# characters are an escape, a C1 control sequence introducer, and an override of the direction of writing.
control=$(printf '\033|\302\233|\342\200\256')
printf '{"hooks":{"PreToolUse":[{"matcher":".*","command":"aex gate \\u001b[2J\302\233 \342\200\256"}]}}\n' >"$settings"
run install claude --dry-run
# shellcheck disable=SC2016 # it is what is printed
has 'a hook of a repository is shown as it is spelled' "$out" 'ran the gate as `aex gate \x1b[2J\x9b \u202e`'
empty 'without a control character' "$(printf '%s' "$out" | grep -E "$control")"
has 'nor one in the diff' "$out" '-{"hooks":{"PreToolUse":[{"matcher":".*","command":"aex gate \u001b[2J\x9b \u202e"}]}}'
printf '{"enabledPlugins": {"p\302\233\342\200\256": true}}\n' >"$ws/.claude/settings.local.json"
run install claude
run doctor
has 'doctor shows what a repository says as it is spelled' "$out" 'switches on the plugin p\x9b\u202e'
empty 'without a control character too' "$(printf '%s' "$out" | grep -E "$control")"
run uninstall claude
rm "$ws/.claude/settings.local.json"

# A link stays a link, a read-only file stays as it is.
rm "$settings"
mkdir dotfiles
echo '{}' >dotfiles/claude.json
ln -s ../dotfiles/claude.json "$settings"
run install claude
ok 'a link stays a link' test -L "$settings"
ok 'its target is written' grep -q PreToolUse dotfiles/claude.json
run uninstall claude
is 'and restored' "$(readlink "$settings").$(cat dotfiles/claude.json)" '../dotfiles/claude.json.{}'
chmod 400 dotfiles/claude.json
run install claude
is 'a read-only file is reported' "$status" 2
has 'as such' "$err" 'is read-only (mode 400)'
rm -r .claude dotfiles

# Codex, for the user: trust follows the hook's place.
mkdir -p "$home/.codex"
printf '# mine\nmodel = "x"\n' >"$home/.codex/config.toml"
run install codex --scope user
is 'install codex' "$status.$err" '0.'
run doctor
has 'the hook is trusted' "$out" 'closed  hook-trust'
has 'and answers' "$out" 'closed  hook-answers'
out=$(AEX_FAULT='readdir#*=EIO' HOME="$home" "$build/tests/support/aex-faulty" doctor --no-probe --state-dir "$state" \
	--system-root "$system") || status=$?
is "a folder of Codex's that cannot be read to its end" "$status" 2
has 'is named' "$out" "failed  $home/.codex: it could not be read to its end"
sed -i 's/"timeout": 30/"timeout": 31/' "$home/.codex/hooks.json"
run doctor
has 'a hook that changed is not' "$out" 'open    hook-trust'
has 'a longer wait for it does no harm' "$out" 'closed  hook-hangs'
sed -i 's/"timeout": 31/"timeout": 20/' "$home/.codex/hooks.json"
run doctor
has 'a shorter one lets calls run while the gate thinks' "$out" 'open    hook-hangs'
run install codex --scope user
run doctor
has 'installing again repairs it' "$out" 'closed  hook-trust'
run uninstall codex --scope user
is 'uninstall codex' "$(cat "$home/.codex/config.toml").$(ls "$home/.codex")" '# mine
model = "x".config.toml'

# Managed, for packagers and tests below another root: the one scope with nothing open but what the gate leaves.
run install codex --scope managed
run install claude --scope managed
run doctor
lacks 'the managed scope closes the ways of starting' "$out" 'open    start-options'
is 'and all others' "$status.$(echo "$out" | grep '^  open')" '0.'
run uninstall codex --scope managed
run uninstall claude --scope managed
is 'nothing is left in /etc' "$(find "$system" -type f)" ''

# One switch in two files: what counts is the one in the file that holds.
run install claude --scope managed
sed -i '1a "disableAllHooks": true,' "$system/etc/claude-code/managed-settings.json"
mkdir .claude
printf '{"disableAllHooks": true}\n' >"$settings"
run doctor
has 'hooks switched off twice, by the managed settings too' "$out" \
	"open    hooks-disabled: $system/etc/claude-code/managed-settings.json sets disableAllHooks"
sed -i 2d "$system/etc/claude-code/managed-settings.json"
run doctor
has 'switched off by the project alone, managed hooks run' "$out" 'closed  hooks-disabled'
printf '{"allowManagedHooksOnly": true}\n' >"$settings"
run doctor
has 'a switch that the project repeats is on all the same' "$out" 'closed  start-options'
rm -r .claude
run uninstall claude --scope managed

# An empty variable is none: the person's servers are looked for where Claude Code has them.
printf '{"mcpServers": {"mine": {"command": "%s", "args": ["proxy", "--observe", "--", "x"]}}}\n' "$aex" >"$home/.claude.json"
has 'an empty CLAUDE_CONFIG_DIR names no folder' "$(env -i HOME="$home" PATH=/usr/bin:/bin CLAUDE_CONFIG_DIR= "$aex" doctor \
	--no-probe --state-dir "$state" --system-root "$system")" "before the server mine in $home/.claude.json has options"
rm "$home/.claude.json"

# The agents themselves, in whose place are programs that do what an agent might.
mkdir -p "$home/.local/bin"
install_agent() {
	# shellcheck disable=SC2016 # for the program
	printf '#!/bin/sh\n[ "$1" = --version ] && echo 0.0.0 && exit\n%s\n' "$1" >"$home/.local/bin/claude"
	chmod +x "$home/.local/bin/claude"
}
# fires: doctor's word on the hook, with this machine's own /etc, which holds no agent's settings.
fires() {
	env -i HOME="$home" PATH=/usr/bin:/bin ANTHROPIC_API_KEY=a-key "$aex" doctor --state-dir "$state" "$@" 2>"$scratch/err" |
		grep hook-fires
}
install_agent 'touch .aex/doctor-canary; env >&2'
run install claude
has 'an agent that runs the call: the hook did not fire' "$(fires)" 'open    hook-fires: claude itself, started with copies of its settings, ran a forbidden call: the hook did NOT fire'
is 'it is left out when not wanted' "$(fires --no-probe)" ''
install_agent 'env | grep -c a-key; pwd >&2; echo second >&2; exit 3'
told=$(fires)
has 'an agent that makes no call tells nothing, and its first complaint is shown' "$told" 'unknown hook-fires: claude itself, started with copies of its settings, did not tell whether the hook fires: it ended with status 3 without offering its shell tool, and made no call: /tmp/aex-doctor-'
# shellcheck disable=SC2016
install_agent 'env | sort >&2; env | grep -q a-key && touch .aex/doctor-canary; cat "$CLAUDE_CONFIG_DIR/settings.json" >&2'
lacks 'no key of the person reaches it' "$(fires)" 'NOT'
install_agent 'sleep 100 & exit 4'
has 'what it leaves running is not waited for' "$(fires)" 'it ended with status 4'
empty 'the scratch folders are gone' "$(find /tmp -maxdepth 1 -name 'aex-doctor-*' -user "$(id -un)" -newer "$aex")"
mv "$home/.local/bin/claude" "$ws/claude"
is 'an agent in the workspace is not started' "$(env -i HOME="$home" PATH="$ws:/usr/bin:/bin" "$aex" doctor --state-dir "$state" | grep hook-fires)" ''
run uninstall claude
rm -r "$ws/claude" "$home/.local"

# Servers behind the proxy.
printf '{"mcpServers": {"fs": {"command": "node", "args": ["s.js"]}, "web": {"url": "http://x"}}}\n' >.mcp.json
servers=$(cat .mcp.json)
run install claude --mcp --dry-run
has 'a dry run shows the server behind the proxy' "$out" "+{\"mcpServers\": {\"fs\": {\"command\": \"$aex\", \"args\": [\"proxy\",\"--name\",\"fs\",\"--root\",\"$ws\",\"--state-dir\",\"$state\",\"--\",\"node\",\"s.js\"]}"
is 'and writes nothing' "$(cat .mcp.json)" "$servers"
run install claude --mcp
is 'install --mcp' "$status.$err" '0.'
has 'a server over HTTP is left alone, with the reason' "$out" "note: $ws/.mcp.json: the server web is not started by a command, so it stays as it is; the hook judges its calls"
wrapped=$(cat .mcp.json)
run install claude --mcp
is 'twice is once' "$status.$(cat .mcp.json)" "0.$wrapped"
run doctor
has 'doctor says that it is behind the proxy' "$out" 'closed  mcp-proxy: the server fs is behind aex proxy'
has 'and that a refused call stops there' "$out" 'closed  mcp-refusal: tried with the server fs: a refused call does not get past the proxy'
sed -i 's/"--name","fs"/"--observe","--name","fs"/' .mcp.json
run doctor
has 'a proxy that only watches is none' "$out" 'open    mcp-proxy: the proxy before the server fs in'
printf '%s\n' "$wrapped" | sed "s|$state|$ws/.state|" >.mcp.json
run doctor
has 'nor one with a state folder that the repository brings' "$out" 'open    mcp-proxy: the proxy before the server fs keeps its state in'
printf '%s\n' "$wrapped" | sed "s|\"$ws\"|\"$scratch\"|" >.mcp.json
run doctor
has 'nor one for another workspace' "$out" 'open    mcp-proxy: the proxy before the server fs is for the workspace'
printf '%s\n' "$wrapped" | sed 's/"mcpServers": {/&"new": {"command": "x"}, /' >.mcp.json
run doctor
has 'nor is one that came later' "$out" "open    mcp-proxy: the server new in $ws/.mcp.json is not behind aex proxy"
has 'and the command that puts it there' "$out" '-> aex install claude --mcp'
printf '%s\n' "$wrapped" >.mcp.json
cp .aex/policy.aex "$scratch/policy"
sed -i 's/^allow .*/allow mcp.*/' .aex/policy.aex
"$aex" trust --yes --state-dir "$state" >/dev/null
run doctor
has 'a policy that allows every tool is named' "$out" 'open    mcp-refusal: a call of a tool that nobody knows went through'
cp "$scratch/policy" .aex/policy.aex
"$aex" trust --yes --state-dir "$state" >/dev/null
run uninstall claude
is 'uninstall gives the bytes back' "$(cat .mcp.json)" "$servers"

# Servers are named to policies as the agent names their tools, and every one of them is tried.
printf '{"mcpServers": {"my.server v2": {"command": "node", "args": ["s.js"]}, "café": {"command": "node"}, "fs-1": {"command": "node"}}}\n' >.mcp.json
servers=$(cat .mcp.json)
run install claude --mcp
has 'a dot and a blank in a name' "$(cat .mcp.json)" '"proxy","--name","my_server_v2",'
has 'a letter of two bytes is one character' "$(cat .mcp.json)" '"proxy","--name","caf_",'
has 'what names may hold stays' "$(cat .mcp.json)" '"proxy","--name","fs-1",'
run doctor
for name in 'my.server v2' 'café' fs-1; do
	has "doctor tries $name" "$out" "closed  mcp-refusal: tried with the server $name: a refused call does not get past the proxy"
done
empty 'which is no command of the server that pins remember' "$(grep -rl canary "$state/pins" 2>/dev/null)"
# As an older installation wrote it, and wrote it down.
sed -i 's/"my_server_v2"/"my.server v2"/' .mcp.json
find "$state" -type f -exec sed -i 's/\\"my_server_v2\\"/\\"my.server v2\\"/' {} +
run doctor
has 'a name that the proxy refuses is found' "$out" "open    mcp-proxy: the proxy before the server my.server v2 in $ws/.mcp.json does not start: it takes no --name \"my.server v2\""
run install claude --mcp
has 'and mended' "$(cat .mcp.json)" '"proxy","--name","my_server_v2",'
run uninstall claude
is 'and uninstall gives the bytes back' "$(cat .mcp.json)" "$servers"
printf '{"mcpServers": {"v": {"command": "%s", "args": ["proxy", "--name", "v.1", "--server-kind", "git", "--", "node", "s.js"]}}}\n' "$aex" >.mcp.json
run install claude --mcp
has 'a line that a person wrote is mended too, and else left' "$(cat .mcp.json)" '["proxy","--name","v","--server-kind","git","--","node","s.js"]'
run uninstall claude
printf '{"mcpServers": {"a.b": {"command": "node"}, "a b": {"command": "node"}, "c": {"command": "node"}, "": {"command": "node"}}}\n' >.mcp.json
run install claude --mcp
has 'two servers that come to one name' "$out" "note: $ws/.mcp.json: the server a.b has the same name for policies, a_b, as the server a b, so it stays as it is; the hook judges its calls"
has 'are both left alone' "$out" "the server a b has the same name for policies, a_b, as the server a.b"
has 'as one without a name is' "$out" "note: $ws/.mcp.json: the server  has no name, so it stays as it is"
has 'the others are not' "$(cat .mcp.json)" "{\"a.b\": {\"command\": \"node\"}, \"a b\": {\"command\": \"node\"}, \"c\": {\"command\": \"$aex\",\"args\": [\"proxy\",\"--name\",\"c\","
run doctor
has 'doctor says what a person has to do' "$out" "open    mcp-proxy: the server a.b in $ws/.mcp.json is not behind aex proxy: it has the same name for policies, a_b, as the server a b
          -> give one of them another name in $ws/.mcp.json, then run \`aex install claude --mcp\`"
run uninstall claude
rm .mcp.json

# Each remedy does what it says: at the scope of the file that the server stands in, or by hand.
printf '{"mcpServers": {"fs": {"command": "node"}}}\n' >.mcp.json
printf '{"mcpServers": {"mem": {"command": "node"}}, "projects": {"%s": {"mcpServers": {"near": {"command": "node"}}}}}\n' "$ws" >"$home/.claude.json"
run install claude --mcp
sed -i 's/"near": *{[^}]*}/"near": {"command": "node"}/' "$home/.claude.json"
run doctor
has 'a server of the user' "$out" "open    mcp-proxy: the server mem in $home/.claude.json is not behind aex proxy
          -> aex install claude --scope user --mcp"
has 'one of the user for this project' "$out" "open    mcp-proxy: the server near in $home/.claude.json is not behind aex proxy
          -> aex install claude --mcp"
run install claude --mcp
run doctor
has 'is closed by that' "$out" 'closed  mcp-proxy: the server near is behind aex proxy'
run install claude --scope user --mcp
run doctor
has 'and so is the other' "$out" 'closed  mcp-proxy: the server mem is behind aex proxy'
sed -i 's/"--name","fs"/"--observe","--name","fs"/' .mcp.json
run doctor
has 'words that a person has to take back' "$out" "-> put the server's own command back in $ws/.mcp.json, then run \`aex install claude --mcp\`"
run uninstall claude --scope user
run uninstall claude
rm .mcp.json "$home/.claude.json"
mkdir -p "$home/.codex"
printf '[mcp_servers]\ninline = {command = "node"}\n\n[mcp_servers.my-server]\ncommand = "node"\n\n[mcp_servers.late]\ncommand = "node"\n' >"$home/.codex/config.toml"
run install codex --scope user --mcp
has 'Codex names a server with "_"' "$(cat "$home/.codex/config.toml")" '"proxy", "--name", "my_server",'
sed -i '/^\[mcp_servers.late\]/,/^$/{s/^command.*/command = "node"/;s/^args.*/args = []/}' "$home/.codex/config.toml"
run doctor
has 'an inline table is for a person to rewrite' "$out" "open    mcp-proxy: the server inline in $home/.codex/config.toml is not behind aex proxy: it is written as an inline table
          -> write it as a table of its own, [mcp_servers.inline], then run \`aex install codex --scope user --mcp\`"
has 'a table is not' "$out" "the server late in $home/.codex/config.toml is not behind aex proxy
          -> aex install codex --scope user --mcp"
run install codex --scope user --mcp
run doctor
has 'and closed by the command' "$out" 'closed  mcp-proxy: the server late is behind aex proxy'
run uninstall codex --scope user
rm -r "$home/.codex"

status=0
env CLAUDECODE=1 HOME="$home" "$aex" install claude --state-dir "$state" >/dev/null 2>"$scratch/err" || status=$?
is 'an agent cannot install' "$status" 2
run install gemini
is 'an unknown agent' "$status.$err" '2.aex: install: unknown agent gemini; known are claude and codex'

cd "$root" || exit 1
done_testing
