// SPDX-License-Identifier: Apache-2.0
// Ways around the gate, tried on the real Codex.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { codex, passed, refused, turns } from './support/agents.mjs';
import { attacksOn, touchCanary, tryCanary } from './support/attacks.mjs';
import { putUnderGate } from './support/gate.mjs';
import { runTests } from './support/tap.mjs';

const touch = codex.shell(touchCanary);
const off = '[features]\nhooks = false\n';

/** The ways that leave the hook out: an option, and a project's own configuration. */
const leavingOut = {
  'an option': { words: ['--disable', 'hooks'] },
  'a setting on the command line': { words: ['-c', 'features.hooks=false'] },
  'the project': { configuration: off },
  'a profile': { words: ['--profile', 'loose'], profile: off },
};

function trustProject(scratch) {
  const file = path.join(scratch.home, '.codex/config.toml');
  fs.writeFileSync(file, `[projects."${scratch.project}"]\ntrust_level = "trusted"\n`);
}

const leftOutAt = (scope, { words = [], configuration, profile }) => async (scratch, program) => {
  trustProject(scratch);
  const gate = putUnderGate(scratch, 'codex', { scope });
  if (configuration !== undefined) {
    scratch.write('.codex/config.toml', configuration);
  }
  if (profile !== undefined) {
    fs.writeFileSync(path.join(scratch.home, '.codex/loose.config.toml'), profile);
  }
  const isHeld = scope === 'managed';
  const steps = turns([touch, isHeld ? refused('private') : passed]);
  assert.equal(await tryCanary(codex, scratch, program, gate, { steps }, { words }), !isHeld);
  const ways = await gate.ways();
  assert.equal(ways['start-options'], isHeld ? 'closed' : 'open');
  assert.equal(ways.profile, profile === undefined ? undefined : ways['start-options']);
  assert.equal(ways['hook-hangs'], 'closed');
  assert.equal(ways['hooks-disabled'], !isHeld && configuration !== undefined ? 'open' : 'closed');
};

await runTests(codex.install, {
  'the gate never answers': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex');
    gate.replace('exec sleep 120');
    assert.ok(!(await tryCanary(codex, scratch, program, gate, { steps: turns([touch, { contains: ['refused'] }]) })));
    assert.equal((await gate.ways())['hook-hangs'], 'closed');
  },

  ...attacksOn(codex),

  ...Object.fromEntries(
    Object.entries(leavingOut).flatMap(([way, options]) => [
      [`${way} leaves the hook out: only the managed scope holds it, and doctor says so`, leftOutAt('user', options)],
      [`${way} leaves the hook out, under a gate of the machine`, leftOutAt('managed', options)],
    ]),
  ),

  'the hook changes in a session, and is not trusted in the next: doctor says so': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex');
    const [first, next, last] = turns([codex.shell('touch before'), passed], [touch, refused('private')]);
    const meanwhile = () => scratch.write(codex.settings, '{"hooks":{}}');
    assert.ok(!(await tryCanary(codex, scratch, program, gate, { steps: [first, { ...next, meanwhile }, last] })));
    assert.equal((await gate.ways()).hook, 'open');
    gate.person('install', 'codex', ...gate.place);
    assert.equal((await gate.ways()).hook, 'closed');
  },

  'input to a running terminal, which reaches no hook, is switched off': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex');
    const steps = [
      { reply: [{ tool: 'exec_command', input: { cmd: 'sh', tty: true, yield_time_ms: 500 } }] },
      { expect: { lacks: ['aex'] }, reply: undefined },
      { expect: {}, reply: [{ text: 'done' }] },
    ];
    steps[1].meanwhile = (text) => {
      const session = Number(/session ID (\d+)/.exec(text)?.[1] ?? 1);
      steps[1].reply = [{ tool: 'write_stdin', input: { session_id: session, chars: `${touchCanary}\n` } }];
    };
    assert.ok(!(await tryCanary(codex, scratch, program, gate, { steps })));
    assert.equal((await gate.ways())['terminal-input'], 'closed');
  },
});
