# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2119,SC2120
# aex's own tools through the hook: let through for a server that is known to be our proxy, judged like any server's
# tool where that is not certain. Which server is which stands in the agent's configuration.
. tests/cli/gate_support.sh
aex=$(cd "$(dirname "$aex")" && pwd -P)/aex
CLAUDE_CONFIG_DIR=$scratch/claude
CODEX_HOME=$scratch/codex
export CLAUDE_CONFIG_DIR CODEX_HOME
mkdir -p "$CLAUDE_CONFIG_DIR" "$CODEX_HOME" "$scratch/bin" "$ws/.codex"
user=$CLAUDE_CONFIG_DIR/.claude.json
name='{"name":"fix-auth"}'
tool=mcp__fs__aex_checkpoint

# claude FILE COMMAND WORDS: a definition of the server fs.
claude() {
	printf '{"mcpServers":{"fs":{"type":"stdio","command":"%s","args":[%s]}}}\n' "$2" "$3" >"$1"
}
words='"proxy","--name","fs","--","node","srv.js"'

is 'a server that nobody knows' "$(decide $tool "$name")" deny
claude "$user" "$aex" "$words"
is 'our proxy, by the word of the user' "$(decide $tool "$name")" allow
for own in resume list_tasks review_task; do
	is "aex_$own" "$(decide mcp__fs__aex_$own '{}')" allow
done
is "a tool of the server's own" "$(decide mcp__fs__read_file '{}')" deny
is 'no tool of ours' "$(decide mcp__fs__aex_run '{}')" deny
is 'another server' "$(decide mcp__git__aex_checkpoint "$name")" deny
is 'another reading of the name' "$(decide mcp__fs__x__aex_checkpoint "$name")" deny
is 'no server' "$(decide mcp____aex_checkpoint "$name")" deny
is 'the bare name' "$(decide aex_checkpoint "$name")" deny

# What is not certain.
claude "$user" aex "$words"
is 'a command without its folder' "$(decide $tool "$name")" deny
ln -s "$aex" "$scratch/bin/aex"
claude "$user" "$scratch/bin/aex" "$words"
is 'a link to this aex' "$(decide $tool "$name")" allow
cp /bin/true "$scratch/bin/other"
claude "$user" "$scratch/bin/other" "$words"
is 'another program' "$(decide $tool "$name")" deny
claude "$user" "$aex" '"check","proxy"'
is 'not the proxy' "$(decide $tool "$name")" deny
claude "$user" "$aex" '"proxy","--no-meta","--","node","srv.js"'
is 'a proxy without these tools' "$(decide $tool "$name")" deny
claude "$user" "$aex" '"proxy","--","node","--no-meta"'
is 'a word of the server behind it' "$(decide $tool "$name")" allow
echo '{"mcpServers":{"fs":{"type":"http","command":"'"$aex"'","args":["proxy"],"url":"http://127.0.0.1:1/"}}}' >"$user"
is 'a server over HTTP' "$(decide $tool "$name")" deny
echo '{"mcpServers":{"fs":' >"$user"
is 'a file that nobody can read' "$(decide $tool "$name")" deny
rm "$user" && mkfifo "$user"
is 'a pipe' "$(decide $tool "$name")" deny
rm "$user"

# The workspace's file is the repository's word.
claude "$ws/.mcp.json" "$aex" "$words"
is 'our proxy, by the word of the workspace alone' "$(decide $tool "$name")" deny
claude "$user" "$aex" "$words"
is 'by both' "$(decide $tool "$name")" allow
claude "$ws/.mcp.json" node '"evil.js"'
is 'the workspace has another one of that name' "$(decide $tool "$name")" deny
echo '{"mcpServers":{"f.s":{"command":"node"},"fs2":{"command":"node"}}}' >"$ws/.mcp.json"
is 'others do not matter' "$(decide $tool "$name")" allow
is 'a name that agents spell the same' "$(decide mcp__f_s__aex_checkpoint "$name")" deny
claude "$ws/sub/.mcp.json" node '"evil.js"'
is 'one in a folder where nobody works' "$(decide $tool "$name")" allow
ws_cwd=$ws/sub
is 'one in the working folder' "$(decide $tool "$name")" deny
ws_cwd=$ws
rm "$ws/.mcp.json" "$ws/sub/.mcp.json"
printf '{"mcpServers":{"fs":{"command":"%s","args":["proxy"]}},"projects":{"%s":{"mcpServers":{"fs":{"command":"node"}}}}}' "$aex" "$ws" >"$user"
is "the user's own for this workspace" "$(decide $tool "$name")" deny
printf '{"mcpServers":{"fs":{"command":"%s","args":["proxy"]}},"projects":{"/elsewhere":{"mcpServers":{"fs":{"command":"node"}}}}}' "$aex" >"$user"
is 'and for another one' "$(decide $tool "$name")" allow

# Policies deny them all the same.
claude "$user" "$aex" "$words"
sed -i 's/^deny .*/deny network.*, aex.resume/; s/^confirm .*/confirm before aex.checkpoint/' "$ws/.aex/policy.aex"
accept
is 'a policy may deny one' "$(decide mcp__fs__aex_resume "$name")" deny
is 'or ask' "$(decide $tool "$name")" ask
is 'the others stay' "$(decide mcp__fs__aex_list_tasks '{}')" allow

sed -i 's/^budget .*/budget calls=0/' "$ws/.aex/policy.aex"
accept
is 'nothing is left of the budget' "$(decide Read "{\"file_path\":\"$ws/a.txt\"}")" deny
is 'and nothing is what they cost' "$(decide mcp__fs__aex_list_tasks '{}')" allow

# Codex.
agent=codex
config=$CODEX_HOME/config.toml
is 'Codex does not read the files of Claude Code' "$(decide mcp__fs__aex_list_tasks '{}')" deny
printf '[mcp_servers.fs]\ncommand = "%s"\nargs = ["proxy", "--", "node", "srv.js"]\n' "$aex" >"$config"
is "our proxy in Codex's configuration" "$(decide mcp__fs__aex_list_tasks '{}')" allow
printf 'mcp_servers = { fs = { command = "%s", args = [ # a comment\n "proxy" ] } }\n' "$aex" >"$config"
is 'spelled otherwise, and not to be sure about' "$(decide mcp__fs__aex_list_tasks '{}')" deny
printf '[mcp_servers.fs]\ncommand = "%s"\nargs = ["proxy", "--no-m\\u0065ta"]\n' "$aex" >"$config"
is 'escapes' "$(decide mcp__fs__aex_list_tasks '{}')" deny
printf '[mcp_servers.fs]\ncommand = "%s"\nargs = ["proxy"]\n[profiles.p.mcp_servers.fs]\ncommand = "node"\n' "$aex" >"$config"
is 'a profile has another one' "$(decide mcp__fs__aex_list_tasks '{}')" deny
printf '[mcp_servers.fs]\ncommand = "%s"\nargs = ["proxy"]\n' "$aex" >"$config"
is 'and back' "$(decide mcp__fs__aex_list_tasks '{}')" allow
printf '[mcp_servers.fs]\ncommand = "node"\n' >"$ws/.codex/config.toml"
is 'the workspace has another one' "$(decide mcp__fs__aex_list_tasks '{}')" deny
done_testing
