// SPDX-License-Identifier: Apache-2.0
// `aex gate` as the hook of the real Claude Code: an allowed call runs, a denied one does not, and nothing runs when the
// gate cannot.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { installClaude, runClaude, settingsWithHook } from './support/claude.mjs';
import { runTests } from './support/tap.mjs';

const build = process.env.BUILD ?? 'build';

const policy = `policy smoke v0

goal "Files may be written, but not all."

allow file.read, file.write
deny file.write:private/**

budget calls=10
`;

const touch = (file) => ({ tool: 'Bash', input: { command: `touch ${file}`, description: 'leave a trace' } });

function install(scratch, program = path.resolve(build, 'aex')) {
  const state = path.join(scratch.root, 'state');
  const audit = path.join(scratch.root, 'audit.jsonl');
  fs.mkdirSync(scratch.path('private'));
  scratch.write('.aex/policy.aex', policy);
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

  'a denied command does not run, and the model reads which rule denied it': async (scratch, claude) => {
    const { audit } = install(scratch);
    await run(scratch, claude, touch('private/canary'), { contains: ['[error]', 'policy.aex:6'] });
    assert.ok(!fs.existsSync(scratch.path('private/canary')));
    assert.match(fs.readFileSync(audit, 'utf8'), /deny_list/);
  },

  'a denied Write does not write': async (scratch, claude) => {
    install(scratch);
    const write = { tool: 'Write', input: { file_path: scratch.path('private/canary'), content: 'x' } };
    await run(scratch, claude, write, { contains: ['[error]'] });
    assert.ok(!fs.existsSync(scratch.path('private/canary')));
  },

  'a program that is not there lets nothing through': async (scratch, claude) => {
    install(scratch, path.join(scratch.root, 'no-such-aex'));
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
