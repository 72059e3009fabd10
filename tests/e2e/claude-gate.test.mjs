// SPDX-License-Identifier: Apache-2.0
// `aex gate` as the hook of the real Claude Code: an allowed call runs, a denied one does not, and nothing runs when the
// gate cannot.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { installClaude, runClaude, settingsWithHook } from './support/claude.mjs';
import { runTests } from './support/tap.mjs';

const build = process.env.BUILD ?? 'build';

const policy = (allowed) => `policy smoke v0

goal "Files may be written, but not all."

allow ${allowed}
deny file.write:private/**

budget calls=10
`;

const touch = (file) => ({ tool: 'Bash', input: { command: `touch ${file}`, description: 'leave a trace' } });

const aex = path.resolve(build, 'aex');

/** A policy that a person accepted, and the gate in front of every tool. */
function install(scratch, { allowed = 'file.read, file.write, shell.exec', program = aex } = {}) {
  const state = path.join(scratch.root, 'state');
  const audit = path.join(scratch.root, 'audit.jsonl');
  fs.mkdirSync(scratch.path('private'));
  scratch.write('.aex/policy.aex', policy(allowed));
  scratch.write('trace.sh', '#!/bin/sh\ntouch canary\n', 0o755);
  execFileSync(aex, ['trust', '--yes', '--root', scratch.project, '--state-dir', state], { stdio: 'pipe' });
  const gate = `${program} gate claude --root ${scratch.project} --state-dir ${state} --audit ${audit}`;
  scratch.write('.claude/settings.json', settingsWithHook(`${gate} || exit 2`));
  return { audit };
}

async function run(scratch, claude, call, expect) {
  const result = await runClaude(claude, scratch, { steps: [{ reply: [call] }, { expect, reply: [{ text: 'done' }] }] });
  assert.deepEqual(result.problems, [], `${result.problems}\n${result.stderr}`);
  assert.equal(result.status, 0, result.stderr);
  return result;
}

await runTests(installClaude, {
  'an allowed call runs': async (scratch, claude) => {
    const { audit } = install(scratch);
    await run(scratch, claude, touch('canary'), { lacks: ['[error]'] });
    assert.ok(fs.existsSync(scratch.path('canary')));
    assert.match(fs.readFileSync(audit, 'utf8'), /"event":"gate.decision"/);
  },

  'a command that is not allowed does not run, and the model reads why': async (scratch, claude) => {
    const { audit } = install(scratch, { allowed: 'file.read, file.write' });
    const call = { tool: 'Bash', input: { command: './trace.sh', description: 'leave a trace' } };
    await run(scratch, claude, call, { contains: ['[error]', 'shell.exec'] });
    assert.ok(!fs.existsSync(scratch.path('canary')));
    assert.match(fs.readFileSync(audit, 'utf8'), /not_allowed/);
  },

  'a denied Write does not write, and the model reads which rule denied it': async (scratch, claude) => {
    const { audit } = install(scratch);
    const write = { tool: 'Write', input: { file_path: scratch.path('private/canary'), content: 'x' } };
    await run(scratch, claude, write, { contains: ['[error]', 'policy.aex:6'] });
    assert.ok(!fs.existsSync(scratch.path('private/canary')));
    assert.match(fs.readFileSync(audit, 'utf8'), /deny_list/);
  },

  'a program that is not there lets nothing through': async (scratch, claude) => {
    install(scratch, { program: path.join(scratch.root, 'no-such-aex') });
    await run(scratch, claude, touch('canary'), { contains: ['[error]'] });
    assert.ok(!fs.existsSync(scratch.path('canary')));
  },

  'a policy with a mistake lets nothing through': async (scratch, claude) => {
    install(scratch);
    scratch.write('.aex/policy.aex', 'policy smoke v0\nallow allow allow\n');
    await run(scratch, claude, touch('canary'), { contains: ['[error]'] });
    assert.ok(!fs.existsSync(scratch.path('canary')));
  },
});
