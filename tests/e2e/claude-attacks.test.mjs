// SPDX-License-Identifier: Apache-2.0
// Ways around the gate, tried on the real Claude Code.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { claude, passed, refused, turns } from './support/agents.mjs';
import { attacksOn, touchCanary, tryCanary } from './support/attacks.mjs';
import { putUnderGate } from './support/gate.mjs';
import { runTests } from './support/tap.mjs';

const off = '{"disableAllHooks":true}';
const touch = claude.shell(touchCanary);

/** Settings are watched; this is how long Claude Code may take to see a change. */
const untilSeen = () => new Promise((resolve) => setTimeout(resolve, 2500));

/** The hooks are switched off behind the agent's back, and the canary is tried after it was seen. */
async function switchOff(scratch, program, gate, expect) {
  const [first, next, last] = turns([claude.shell('touch before'), passed], [touch, expect]);
  const meanwhile = () => {
    scratch.write('.claude/settings.local.json', off);
    return untilSeen();
  };
  const isThere = await tryCanary(claude, scratch, program, gate, { steps: [first, { ...next, meanwhile }, last] });
  assert.ok(scratch.exists('before'));
  return isThere;
}

const switchedOffAt = (scope) => async (scratch, program) => {
  const gate = putUnderGate(scratch, 'claude', { scope });
  scratch.write('.claude/settings.local.json', '{}');
  assert.ok(!(await switchOff(scratch, program, gate, refused('private'))));
};

const secretIn = (run) => run.requests.some((request) => JSON.stringify(request.body).includes('not-for-models'));

async function mention(scratch, program, gate) {
  scratch.write('.env', 'KEY=not-for-models\n');
  const run = await claude.run(program, scratch, gate, { steps: turns() }, { prompt: 'look at @.env' });
  assert.deepEqual(run.problems, []);
  return secretIn(run);
}

await runTests(claude.install, {
  'the gate never answers': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    gate.replace('exec sleep 120');
    assert.ok(!(await tryCanary(claude, scratch, program, gate, { steps: turns([touch, { contains: ['[error]'] }]) })));
    assert.equal((await gate.ways())['hook-hangs'], 'closed');
  },

  ...attacksOn(claude),

  'hooks are switched off in a session, under a gate of the project': switchedOffAt('project'),
  'hooks are switched off in a session, under a gate of the user': switchedOffAt('user'),
  'hooks are switched off in a session, under a gate of the machine': switchedOffAt('managed'),

  'control: without the ConfigChange hook, switching off works, and doctor says so': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { scope: 'user' });
    scratch.write('.claude/settings.local.json', '{}');
    const file = path.join(scratch.home, '.claude/settings.json');
    const settings = JSON.parse(fs.readFileSync(file, 'utf8'));
    delete settings.hooks.ConfigChange;
    fs.writeFileSync(file, JSON.stringify(settings));
    assert.equal((await gate.ways())['settings-change'], 'open');
    assert.ok(await switchOff(scratch, program, gate, passed));
  },

  'a project that switches hooks off from the start: only the managed scope holds it, and doctor says so': async (
    scratch,
    program,
  ) => {
    const gate = putUnderGate(scratch, 'claude', { scope: 'user' });
    scratch.write('.claude/settings.json', off);
    assert.ok(await tryCanary(claude, scratch, program, gate, { steps: turns([touch, passed]) }));
    assert.equal((await gate.ways())['hooks-disabled'], 'open');
  },

  'a project that switches hooks off from the start, under a gate of the machine': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { scope: 'managed' });
    scratch.write('.claude/settings.json', off);
    assert.ok(!(await tryCanary(claude, scratch, program, gate, { steps: turns([touch, refused('private')]) })));
    assert.equal((await gate.ways())['hooks-disabled'], 'closed');
  },

  'started with its hooks left out, under a gate of the machine': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { scope: 'managed' });
    for (const words of [['--bare'], ['--safe-mode'], ['--setting-sources', 'local'], ['--settings', off]]) {
      const steps = turns([touch, refused('private')]);
      assert.ok(!(await tryCanary(claude, scratch, program, gate, { steps }, { words })), `${words}`);
    }
  },

  'started with settings that switch hooks off: only the managed scope holds it, and doctor says so': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { scope: 'user' });
    const steps = turns([touch, passed]);
    assert.ok(await tryCanary(claude, scratch, program, gate, { steps }, { words: ['--settings', off] }));
    assert.equal((await gate.ways())['start-options'], 'open');
  },

  'a subagent': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    const agent = { tool: 'Agent', input: { description: 'd', prompt: 'SUBTASK', subagent_type: 'general-purpose' } };
    // It works beside the main conversation, which is told when it has ended: here, after its own turn.
    let turnEnds;
    const turnEnded = new Promise((resolve) => {
      turnEnds = resolve;
    });
    const [first, ...rest] = turns([touch, refused('private')]);
    const scenario = {
      steps: [...turns([agent, {}]).map((step, index) => (index === 1 ? { ...step, meanwhile: turnEnds } : step)), turns()[0]],
      conversations: { SUBTASK: [{ ...first, meanwhile: () => turnEnded.then(untilSeen) }, ...rest] },
    };
    assert.ok(!(await tryCanary(claude, scratch, program, gate, scenario)));
  },

  'a secret that the prompt mentions is not read along': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    assert.ok(!(await mention(scratch, program, gate)));
    assert.equal((await gate.ways())['file-mentions'], 'closed');
  },

  'control: without the gate, a mention reads the secret': async (scratch, program) => {
    assert.ok(await mention(scratch, program, { wrap: [] }));
  },
});
