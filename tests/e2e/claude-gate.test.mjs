// SPDX-License-Identifier: Apache-2.0
// `aex install claude` in front of the real Claude Code: what is allowed runs, what is denied does not and the model
// reads why, questions are asked where a person can answer.
import assert from 'node:assert/strict';

import { claude, passed, refused, turns } from './support/agents.mjs';
import { policyOf, putUnderGate } from './support/gate.mjs';
import { runTests } from './support/tap.mjs';
import { playClaude } from './support/terminal.mjs';
import { workCases } from './support/work.mjs';

async function run(scratch, program, gate, steps, options) {
  const result = await claude.run(program, scratch, gate, { steps }, options);
  assert.deepEqual(result.problems, [], `${result.problems}\n${result.stderr}`);
  assert.equal(result.status, 0, result.stderr);
}

const touch = (file) => claude.shell(`touch ${file}`);
const asking = policyOf('allow *', 'confirm before file.write:asked*');

const events = (gate, tool) =>
  gate.trail().flatMap((record) => (record.tool === tool ? [record.decision ?? record.event] : []));

/** Gets to the question, in a terminal, and answers it with a key. */
async function answerWith(key, scratch, program, expect) {
  const gate = putUnderGate(scratch, 'claude', { policy: asking });
  const steps = turns([touch('asked'), expect]);
  const answer = async (terminal) => {
    await terminal.until('the prompt', (screen) => /❯|>/.test(screen));
    terminal.type('go');
    await terminal.until('what was typed', (screen) => screen.includes('go'));
    await terminal.press('Enter', 'the question', (screen) => screen.includes('policy.aex:4') && screen.includes('Yes'));
    assert.match(terminal.screen(), /touch asked/);
    assert.ok(!scratch.exists('asked'), 'nothing runs while the person thinks');
    await terminal.press(key, 'the end', (screen) => /nterrupted|ejected|● done/.test(screen));
  };
  const isAnswered = expect !== undefined;
  const problems = await playClaude(program, scratch, { steps: isAnswered ? steps : steps.slice(0, 1) }, answer);
  assert.deepEqual(problems, []);
  assert.deepEqual(events(gate, 'Bash'), isAnswered ? ['ask', 'tool.result'] : ['ask']);
}

await runTests(claude.install, {
  ...workCases(claude, run),

  'an allowed call runs; its decision and its result are recorded': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    await run(scratch, program, gate, turns([touch('canary'), passed]));
    assert.ok(scratch.exists('canary'));
    assert.deepEqual(events(gate, 'Bash'), ['allow', 'tool.result']);
    const [decision, result] = gate.trail();
    assert.equal(decision.toolUseId, result.toolUseId);
    assert.ok(gate.person('audit', 'verify', ...gate.state));
  },

  'a call that fails is recorded as such': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    await run(scratch, program, gate, turns([claude.shell('exit 3'), { contains: ['[error]'] }]));
    assert.deepEqual(events(gate, 'Bash'), ['allow', 'tool.failed']);
    assert.equal(gate.trail()[1].exitCode, 3);
  },

  'a command that is not allowed does not run, and the model reads why': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { policy: policyOf('allow file.read, file.write') });
    scratch.write('trace.sh', '#!/bin/sh\ntouch canary\n', 0o755);
    await run(scratch, program, gate, turns([claude.shell('./trace.sh'), refused('shell.exec')]));
    assert.ok(!scratch.exists('canary'));
    assert.equal(gate.trail()[0].reason, 'not_allowed');
  },

  'a denied Write does not write, and the model reads which rule denied it': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    await run(scratch, program, gate, turns([claude.write(scratch, 'private/x', 'x'), refused('policy.aex:4')]));
    assert.ok(!scratch.exists('private/x'));
    assert.equal(gate.trail()[0].reason, 'deny_list');
  },

  'a policy with a mistake lets nothing through': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude');
    scratch.write('.aex/policy.aex', 'policy scripted v0\nallow allow allow\n');
    await run(scratch, program, gate, turns([touch('canary'), refused()]));
    assert.ok(!scratch.exists('canary'));
  },

  'a question that nobody can be asked is not run': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { policy: asking });
    await run(scratch, program, gate, turns([touch('asked'), { contains: ['[error]'] }]));
    assert.ok(!scratch.exists('asked'));
    assert.deepEqual(events(gate, 'Bash'), ['ask']);
  },

  'a person is asked, and says yes': async (scratch, program) => {
    await answerWith('Enter', scratch, program, passed);
    assert.ok(scratch.exists('asked'));
  },

  'a person is asked, and says no': async (scratch, program) => {
    await answerWith('Escape', scratch, program, undefined);
    assert.ok(!scratch.exists('asked'));
  },

  'a budget ends': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { policy: policyOf('allow *', 'budget calls=2') });
    const end = refused('budget');
    await run(scratch, program, gate, turns([touch('one'), passed], [touch('two'), passed], [touch('canary'), end]));
    assert.ok(scratch.exists('two'));
    assert.ok(!scratch.exists('canary'));
  },

  'an MCP tool without a proxy goes through the hook': async (scratch, program) => {
    claude.configureServer(scratch);
    const gate = putUnderGate(scratch, 'claude', { policy: policyOf('allow mcp.marker.mark', 'budget calls=1') });
    await run(
      scratch,
      program,
      gate,
      turns([claude.mark('first'), { contains: ['made first'] }], [claude.mark('canary'), refused('budget')]),
    );
    assert.ok(scratch.exists('first'));
    assert.ok(!scratch.exists('canary'));
    assert.deepEqual(events(gate, 'mcp__marker__mark'), ['allow', 'tool.result', 'deny']);
  },

  'aex uninstall takes the gate away': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'claude', { policy: policyOf('allow file.read') });
    gate.person('uninstall', 'claude', ...gate.place);
    await run(scratch, program, gate, turns([touch('canary'), passed]));
    assert.ok(scratch.exists('canary'));
  },
});
