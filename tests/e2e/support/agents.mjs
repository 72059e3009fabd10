// SPDX-License-Identifier: Apache-2.0
// What the cases that both agents share need to know of each: how it is run, and how its model calls tools.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { installClaude, runClaude } from './claude.mjs';
import { installCodex, modelWords, runCodex } from './codex.mjs';

const server = [process.execPath, fileURLToPath(new URL('mcp-server.mjs', import.meta.url))];

export const claude = {
  name: 'claude',
  install: installClaude,
  run: (program, scratch, gate, scenario, options) =>
    runClaude(program, scratch, scenario, { wrap: gate.wrap, ...options, env: { ENABLE_TOOL_SEARCH: 'false', ...options?.env } }),
  settings: '.claude/settings.json',
  /** Claude Code looks at its own deny rules, which install wrote, before it asks any hook. */
  refusedEdit: { contains: ['denied by your permission settings'] },
  settingsAttacks: (scratch) => [
    claude.write(scratch, '.claude/settings.local.json', '{"disableAllHooks":true}'),
    claude.shell(`echo '{"disableAllHooks":true}' > .claude/settings.local.json`),
    claude.shell(`echo '{"disableAllHooks":true}' > ${scratch.home}/.claude/settings.json`),
  ],
  shell: (command) => ({ tool: 'Bash', input: { command, description: 'leave a trace' } }),
  write: (scratch, file, content) => ({ tool: 'Write', input: { file_path: scratch.path(file), content } }),
  oddServer: { name: 'my.server v2', spelled: 'my_server_v2' },
  mark: (name, server = 'marker') => ({ tool: `mcp__${server}__mark`, input: { name } }),
  /** A command line that starts another agent with its hooks off; SUBTASK marks its conversation. */
  nested: (program) => `${program} --bare -p SUBTASK --permission-mode bypassPermissions < /dev/null`,
  configureServer(scratch, name = 'marker') {
    const [command, ...args] = server;
    scratch.write('.mcp.json', JSON.stringify({ mcpServers: { [name]: { type: 'stdio', command, args } } }));
  },
};

export const codex = {
  name: 'codex',
  install: installCodex,
  run: (program, scratch, gate, scenario, options) =>
    runCodex(program, scratch, scenario, { wrap: gate.wrap, ...options }),
  settings: '.codex/hooks.json',
  settingsAttacks: (scratch) => [
    codex.shell(`echo '[features]' >> ${scratch.home}/.codex/config.toml`),
    codex.shell(`cp spare ${scratch.home}/.codex/config.toml`),
    codex.write(scratch, '.codex/config.toml', '[features]'),
  ],
  shell: (cmd) => ({ tool: 'exec_command', input: { cmd } }),
  write: (scratch, file, content) => ({
    tool: 'apply_patch',
    input: `*** Begin Patch\n*** Add File: ${file}\n+${content}\n*** End Patch\n`,
  }),
  nested(program) {
    const words = ['exec', '--disable', 'hooks', '--skip-git-repo-check', '-s', 'danger-full-access', ...modelWords('$URL')];
    const line = words.map((word) => `'${word.replace('$URL', `'"$SCRIPTED_URL"'`)}'`).join(' ');
    return `SCRIPTED_KEY=none ${program} ${line} SUBTASK < /dev/null`;
  },
  oddServer: { name: 'my-server', spelled: 'my_server' },
  mark: (name, server = 'marker') => ({ tool: 'mark', namespace: `mcp__${server}`, input: { name } }),
  configureServer(scratch, name = 'marker') {
    const [command, ...args] = server.map((word) => JSON.stringify(word));
    const text = `[mcp_servers.${name}]\ncommand = ${command}\nargs = [${args}]\ncwd = "${scratch.project}"\n`;
    fs.writeFileSync(path.join(scratch.home, '.codex/config.toml'), text);
  },
};

/** A run's steps: each call with what the model is to read after it; the model then says it is done. */
export function turns(...pairs) {
  const steps = [];
  let expect;
  for (const [call, next] of pairs) {
    steps.push({ expect, reply: [call] });
    expect = next;
  }
  return [...steps, { expect, reply: [{ text: 'done' }] }];
}

/** What the model reads when aex refused a call, and when a call went through. */
export const refused = (...why) => ({ contains: ['aex refused', ...why] });
export const passed = { lacks: ['aex', '[error]'] };
