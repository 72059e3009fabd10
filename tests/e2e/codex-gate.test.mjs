// SPDX-License-Identifier: Apache-2.0
// `aex install codex` in front of the real Codex: what is allowed runs, what is denied does not and the model reads why,
// a person answers questions at a terminal.
import assert from 'node:assert/strict';

import { codex, passed, refused, turns } from './support/agents.mjs';
import { policyOf, putUnderGate } from './support/gate.mjs';
import { runTests } from './support/tap.mjs';
import { workCases } from './support/work.mjs';

async function run(scratch, program, gate, steps) {
  const result = await codex.run(program, scratch, gate, { steps });
  assert.deepEqual(result.problems, [], `${result.problems}\n${result.stderr}`);
  assert.equal(result.status, 0, result.stderr);
}

const touch = (file) => codex.shell(`touch ${file}`);
const asking = policyOf('allow file.write, file.read', 'confirm before file.write:asked*');

/** The code in the message that a call waits for a person. */
function codeIn(text) {
  const found = /`aex approve ([A-Za-z0-9-]+)`/.exec(text);
  assert.ok(found, `a code for aex approve in: ${text}`);
  return found[1];
}

const events = (gate, tool) =>
  gate.trail().flatMap((record) => (record.tool === tool ? [record.decision ?? record.event] : []));

await runTests(codex.install, {
  ...workCases(codex, run),

  'an allowed command runs; its decision and its result are recorded': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex');
    await run(scratch, program, gate, turns([touch('canary'), passed]));
    assert.ok(scratch.exists('canary'));
    assert.deepEqual(events(gate, 'Bash'), ['allow', 'tool.result']);
    const [decision, result] = gate.trail();
    assert.equal(decision.toolUseId, result.toolUseId);
    assert.equal(decision.agent, 'codex');
    assert.ok(gate.person('audit', 'verify', ...gate.state));
  },

  'a denied command does not run, and the model reads which rule denied it': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow *', 'deny file.write:canary') });
    await run(scratch, program, gate, turns([touch('canary'), refused('policy.aex:4', 'file.write:canary')]));
    assert.ok(!scratch.exists('canary'));
    assert.deepEqual(events(gate, 'Bash'), ['deny']);
  },

  'a command that no rule allows does not run': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow file.read') });
    await run(scratch, program, gate, turns([touch('canary'), refused('file.write:canary')]));
    assert.ok(!scratch.exists('canary'));
  },

  'a patch writes where it may, and not into the policy': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow file.*') });
    const wider = policyOf('allow *').replaceAll('\n', '\n+');
    await run(
      scratch,
      program,
      gate,
      turns(
        [codex.write(scratch, 'canary', 'x'), passed],
        [codex.write(scratch, '.aex/policy.aex', wider), refused('.aex/policy.aex')],
        [codex.shell("apply_patch <<'EOF'\n*** Begin Patch\n*** Delete File: .aex/policy.aex\n*** End Patch\nEOF"), refused()],
      ),
    );
    assert.ok(scratch.exists('canary'));
    assert.ok(scratch.exists('.aex/policy.aex'));
    assert.deepEqual(events(gate, 'apply_patch'), ['allow', 'tool.result', 'deny']);
  },

  'a question is refused with a code; approved at a terminal, the call passes exactly once': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: asking });
    let shown;
    const approve = async (text) => {
      shown = await gate.atTerminal('y\n', 'approve', codeIn(text));
    };
    const waits = { contains: ['aex approve'] };
    await run(scratch, program, gate, [
      { reply: [touch('asked-1')] },
      { expect: waits, meanwhile: approve, reply: [touch('asked-2')] },
      { expect: waits, reply: [touch('asked-1')] },
      { expect: passed, reply: [codex.shell('rm asked-1')] },
      { expect: waits, reply: [touch('asked-1')] },
      { expect: waits, reply: [{ text: 'done' }] },
    ]);
    assert.match(shown, /touch asked-1/, 'the person saw what it was about');
    assert.ok(scratch.exists('asked-1'));
    assert.ok(!scratch.exists('asked-2'), 'another call is not approved along');
    assert.deepEqual(events(gate, 'Bash'), ['ask', 'ask', 'allow', 'tool.result', 'ask', 'ask'].map((x) => (x === 'ask' ? 'deny' : x)));
  },

  'a question that a person answers with no stays refused, and the model reads why': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: asking });
    const deny = (text) => gate.atTerminal('', 'deny', codeIn(text), '--reason', 'use the other file');
    await run(scratch, program, gate, [
      { reply: [touch('asked')] },
      { expect: { contains: ['aex approve'] }, meanwhile: deny, reply: [touch('asked')] },
      { expect: refused('use the other file'), reply: [{ text: 'done' }] },
    ]);
    assert.ok(!scratch.exists('asked'));
  },

  'the agent itself cannot approve, not even at a pseudo-terminal': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow *', 'confirm before file.write:asked*') });
    const words = (text) => `${gate.program} approve ${codeIn(text)} ${gate.state.join(' ')}`;
    const steps = [
      { reply: [touch('asked')] },
      { expect: { contains: ['aex approve'] }, meanwhile: (text) => attack(words(text)), reply: undefined },
      { expect: {}, reply: undefined },
      { expect: {}, reply: [touch('asked')] },
      { expect: { contains: ['aex approve'] }, reply: [{ text: 'done' }] },
    ];
    const attack = (line) => {
      steps[1].reply = [codex.shell(`echo y | ${line}`)];
      steps[2].reply = [codex.shell(`echo y | script -qec '${line}' /dev/null`)];
    };
    await run(scratch, program, gate, steps);
    assert.ok(!scratch.exists('asked'));
  },

  'with --wait the call is held while another process approves it': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: asking });
    gate.replace('exec "$AEX" "$@" --wait 15');
    const person = (async () => {
      for (;;) {
        const [one] = JSON.parse(gate.person('approvals', '--json', ...gate.state));
        if (one !== undefined) {
          return gate.atTerminal('y\n', 'approve', one.code);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    await Promise.all([person, run(scratch, program, gate, turns([touch('asked'), passed]))]);
    assert.ok(scratch.exists('asked'));
  },

  'a budget ends': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow *', 'budget calls=2') });
    const end = refused('budget');
    await run(scratch, program, gate, turns([touch('one'), passed], [touch('two'), passed], [touch('canary'), end]));
    assert.ok(scratch.exists('two'));
    assert.ok(!scratch.exists('canary'));
  },

  'an MCP tool goes through the hook': async (scratch, program) => {
    codex.configureServer(scratch);
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow mcp.marker.mark', 'budget calls=1') });
    await run(
      scratch,
      program,
      gate,
      turns([codex.mark('first'), { contains: ['made first'] }], [codex.mark('canary'), refused('budget')]),
    );
    assert.ok(scratch.exists('first'));
    assert.ok(!scratch.exists('canary'));
    assert.deepEqual(events(gate, 'mcp__marker__mark'), ['allow', 'tool.result', 'deny']);
  },

  'aex uninstall takes the gate away': async (scratch, program) => {
    const gate = putUnderGate(scratch, 'codex', { policy: policyOf('allow file.read') });
    gate.person('uninstall', 'codex', ...gate.place);
    await run(scratch, program, gate, turns([touch('canary'), passed]));
    assert.ok(scratch.exists('canary'));
  },
});
