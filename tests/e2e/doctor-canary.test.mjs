// SPDX-License-Identifier: Apache-2.0
// `aex doctor` starts the real agents itself, to see whether their hooks fire: with copies of the person's settings, in
// a scratch folder, with a model of its own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { claude, codex } from './support/agents.mjs';
import { putUnderGate } from './support/gate.mjs';
import { runBounded } from './support/processes.mjs';
import { bareEnvironment } from './support/scratch.mjs';
import { runTests } from './support/tap.mjs';

/** Every file below a folder with its content, but for the state of aex. */
function picture(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((name) => `${name}\n${fs.readFileSync(name)}`);
}

/** Puts the agent on the PATH and runs doctor. Resolves to its findings by name, and what it wrote on stderr. */
async function examine(agent, scratch, program, gate, { words = [], system = false } = {}) {
  const folder = path.join(scratch.root, 'agents');
  fs.mkdirSync(folder, { recursive: true });
  fs.rmSync(path.join(folder, agent.name), { force: true });
  fs.symlinkSync(program, path.join(folder, agent.name));
  const place = system ? gate.place.filter((word, index) => word !== '--system-root' && gate.place[index - 1] !== '--system-root') : gate.place;
  const [first, ...rest] = [...(system ? gate.wrap : []), gate.program, 'doctor', '--json', ...words, ...place];
  const env = { ...bareEnvironment(scratch), PATH: `${folder}:${process.env.PATH}`, ANTHROPIC_API_KEY: 'a-real-key', OPENAI_API_KEY: 'a-real-key' };
  const run = await runBounded(first, rest, { cwd: scratch.project, env, seconds: 90 });
  const { findings } = JSON.parse(run.stdout);
  return Object.fromEntries(findings.filter((one) => one.agent === agent.name).map((one) => [one.name, one]));
}

function assertState(finding, state, part) {
  assert.equal(finding?.state, state, JSON.stringify(finding));
  assert.ok(finding.what.includes(part), finding.what);
}

/** An edit of the installed Claude Code settings. */
const edit = (scratch, change) => {
  const settings = JSON.parse(fs.readFileSync(scratch.path('.claude/settings.json'), 'utf8'));
  change(settings);
  scratch.write('.claude/settings.json', JSON.stringify(settings));
};

const held = 'asked the hook about a forbidden call and did not run it';
const ran = 'ran a forbidden call: the hook did NOT fire';

const both = (agent) => ({
  [`${agent.name}: the hook fires, and nothing of the person's is touched`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name);
    const before = picture(scratch.home).concat(picture(scratch.project));
    assertState((await examine(agent, scratch, programs[agent.name], gate))['hook-fires'], 'closed', held);
    assert.deepEqual(picture(scratch.home).concat(picture(scratch.project)), before);
    assert.equal(gate.trail().length > 0, true);
  },
  [`${agent.name}: the hook of the user fires`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name, { scope: 'user' });
    assertState((await examine(agent, scratch, programs[agent.name], gate))['hook-fires'], 'closed', held);
  },
  [`${agent.name}: the hook of the machine fires`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name, { scope: 'managed' });
    assertState((await examine(agent, scratch, programs[agent.name], gate, { system: true }))['hook-fires'], 'closed', held);
  },
  [`${agent.name}: a gate that has lost its state refuses, and the agent heeds it`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name);
    fs.rmSync(path.join(scratch.root, 'state'), { recursive: true });
    fs.writeFileSync(path.join(scratch.root, 'state'), '');
    assertState((await examine(agent, scratch, programs[agent.name], gate))['hook-fires'], 'closed', held);
  },
  [`${agent.name}: while it runs, nothing but this machine is spoken to`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name);
    const trace = path.join(scratch.root, 'trace');
    const wrap = ['strace', '-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', trace];
    const findings = await examine(agent, scratch, programs[agent.name], { ...gate, wrap }, { system: true });
    assertState(findings['hook-fires'], 'closed', held);
    const addresses = [...fs.readFileSync(trace, 'utf8').matchAll(/inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]+)"/g)].map((found) => found[1]);
    assert.deepEqual([...new Set(addresses)], ['127.0.0.1']);
  },
  [`${agent.name}: --no-probe leaves it out`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name);
    const findings = await examine(agent, scratch, programs[agent.name], gate, { words: ['--no-probe'] });
    assert.equal(findings['hook-fires'], undefined);
    assert.equal(findings.hook.state, 'closed');
  },
  [`${agent.name}: no hook, no canary`]: async (scratch, programs) => {
    const gate = putUnderGate(scratch, agent.name);
    gate.person('uninstall', agent.name, ...gate.place);
    const findings = await examine(agent, scratch, programs[agent.name], gate);
    assert.equal(findings['hook-fires'], undefined);
    assert.equal(findings.hook.state, 'open');
  },
});

await runTests(() => ({ claude: claude.install(), codex: codex.install() }), {
  ...both(claude),
  ...both(codex),

  'a setting nobody knew of that makes Claude Code drop the file is found by trying': async (scratch, programs) => {
    const gate = putUnderGate(scratch, 'claude');
    edit(scratch, (settings) => {
      settings.permissions.defaultMode = 'nonsense';
    });
    const findings = await examine(claude, scratch, programs.claude, gate);
    assert.equal(findings.hook.state, 'closed', 'by reading alone, all looks well');
    assertState(findings['hook-fires'], 'open', ran);
  },

  'commands of a repository, and what leads elsewhere, are not run and said to be left out': async (scratch, programs) => {
    const gate = putUnderGate(scratch, 'claude');
    const leave = (name) => `touch ${scratch.path(name)}`;
    edit(scratch, (settings) => {
      settings.apiKeyHelper = leave('ran-helper');
      settings.env = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/' };
      settings.hooks.SessionStart = [{ hooks: [{ type: 'command', command: leave('ran-start') }] }];
      settings.hooks.PreToolUse.push({ matcher: '*', hooks: [{ type: 'command', command: leave('ran-other') }] });
    });
    const finding = (await examine(claude, scratch, programs.claude, gate))['hook-fires'];
    assertState(finding, 'closed', held);
    assert.match(finding.what, /without other hooks, apiKeyHelper, env|without apiKeyHelper, env, other hooks/);
    assert.deepEqual(fs.readdirSync(scratch.project).filter((name) => name.startsWith('ran-')), []);
  },

  "Codex's trust is what counts: of a project that it does not trust, no hook fires": async (scratch, programs) => {
    const gate = putUnderGate(scratch, 'codex');
    const file = path.join(scratch.home, '.codex/config.toml');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('trust_level = "trusted"', 'trust_level = "untrusted"'));
    assertState((await examine(codex, scratch, programs.codex, gate))['hook-fires'], 'open', ran);
  },

  'a gate in config.toml is one too': async (scratch, programs) => {
    const gate = putUnderGate(scratch, 'codex', { scope: 'user' });
    const hooks = path.join(scratch.home, '.codex/hooks.json');
    const [{ matcher, hooks: handlers }] = JSON.parse(fs.readFileSync(hooks, 'utf8')).hooks.PreToolUse;
    fs.rmSync(hooks);
    const file = path.join(scratch.home, '.codex/config.toml');
    const text = fs.readFileSync(file, 'utf8').replaceAll('hooks.json:', 'config.toml:');
    const { command, timeout } = handlers[0];
    const table = ['[[hooks.PreToolUse]]', `matcher = "${matcher}"`, '[[hooks.PreToolUse.hooks]]', 'type = "command"'];
    fs.writeFileSync(file, [text, ...table, `command = ${JSON.stringify(command)}`, `timeout = ${timeout}`, ''].join('\n'));
    const findings = await examine(codex, scratch, programs.codex, gate);
    assert.equal(findings.hook.state, 'closed');
    assertState(findings['hook-trust'], 'closed', 'trusts');
    assertState(findings['hook-fires'], 'closed', held);
  },

  'nor a hook that changed since it was trusted': async (scratch, programs) => {
    const gate = putUnderGate(scratch, 'codex', { scope: 'user' });
    const file = path.join(scratch.home, '.codex/hooks.json');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('"timeout": 30', '"timeout": 31'));
    assertState((await examine(codex, scratch, programs.codex, gate))['hook-fires'], 'open', ran);
  },
});
