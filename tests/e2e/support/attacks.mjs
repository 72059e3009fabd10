// SPDX-License-Identifier: Apache-2.0
// Ways to get rid of the gate, tried on either agent: in each the canary, which the policy denies, stays untouched. What
// an agent does not let anybody close is asserted to be open in `aex doctor`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { passed, refused, turns } from './agents.mjs';
import { openPolicy, policyOf, putUnderGate } from './gate.mjs';

export const canary = 'private/canary';
export const touchCanary = `mkdir -p private && touch ${canary}`;

const git = (scratch, ...words) => {
  const identity = ['-c', 'user.name=dev', '-c', 'user.email=dev@localhost'];
  execFileSync('git', [...identity, '-C', scratch.project, ...words], { stdio: 'pipe' });
};

/** The policy without its denials. */
const widerPolicy = policyOf('allow *');

/** A branch `wide` whose policy denies nothing; checked out is the open policy. */
function commitTwoPolicies(scratch) {
  scratch.write('.aex/policy.aex', widerPolicy);
  git(scratch, 'add', '.aex');
  git(scratch, 'commit', '-q', '-m', 'wide');
  git(scratch, 'branch', 'wide');
  scratch.write('.aex/policy.aex', openPolicy);
  git(scratch, 'commit', '-q', '-a', '-m', 'narrow');
}

/** Runs the steps. Resolves to whether the canary is there now. */
export async function tryCanary(agent, scratch, program, gate, scenario, options) {
  const run = await agent.run(program, scratch, gate, scenario, options);
  assert.deepEqual(run.problems, [], `${run.problems}\n${run.stderr}`);
  return scratch.exists(canary);
}

/** The tests of one agent: { NAME: async (scratch, program) }. */
export function attacksOn(agent) {
  async function attack(scratch, program, gate, steps, options) {
    assert.ok(!(await tryCanary(agent, scratch, program, gate, { steps }, options)), 'the canary is untouched');
  }

  const lastTry = (expect) => [agent.shell(touchCanary), expect];

  /** The program that install put there is replaced: nothing runs, not even what the policy allows. */
  const broken = (breakIt, expect) => async (scratch, program) => {
    const gate = putUnderGate(scratch, agent.name);
    breakIt(gate, scratch);
    await attack(scratch, program, gate, turns([agent.shell('touch allowed'), expect]));
    assert.ok(!scratch.exists('allowed'));
    return gate;
  };

  /** Changes behind the agent's back, made while the model thinks: a person's other shell, or code that it ran. */
  const meanwhile = (change, options) => async (scratch, program) => {
    const gate = putUnderGate(scratch, agent.name, options);
    scratch.write('spare', '');
    const [first, next, last] = turns([agent.shell('touch before'), passed], lastTry(refused()));
    const steps = [first, { ...next, meanwhile: () => change(scratch, gate) }, last];
    await attack(scratch, program, gate, steps, options?.run);
    assert.ok(scratch.exists('before'), 'the gate let through what it allows');
    return gate;
  };

  /** Calls that would change what holds the agent are refused, and the canary after them too. */
  const refusing = (calls, prepare = () => {}) => async (scratch, program) => {
    prepare(scratch);
    const gate = putUnderGate(scratch, agent.name);
    const tried = calls(scratch).map((call) => [call, call.input.file_path ? agent.refusedEdit : refused()]);
    await attack(scratch, program, gate, turns(...tried, lastTry(refused())));
  };

  return {
    'control: the open policy lets a call run, and denies the canary': async (scratch, program) => {
      const gate = putUnderGate(scratch, agent.name);
      await attack(scratch, program, gate, turns([agent.shell('touch allowed'), passed], lastTry(refused('private'))));
      assert.ok(scratch.exists('allowed'));
    },

    'control: without the gate the canary is made': async (scratch, program) => {
      const steps = turns([agent.shell(touchCanary), passed]);
      assert.ok(await tryCanary(agent, scratch, program, { wrap: [] }, { steps }));
    },

    ...Object.fromEntries(
      ['user', 'managed'].map((scope) => [
        `installed at ${scope} scope, the gate allows and denies`,
        async (scratch, program) => {
          const gate = putUnderGate(scratch, agent.name, { scope });
          await attack(scratch, program, gate, turns([agent.shell('touch allowed'), passed], lastTry(refused('private'))));
          assert.ok(scratch.exists('allowed'));
          assert.equal((await gate.ways())['start-options'], scope === 'managed' ? 'closed' : 'open');
        },
      ]),
    ),

    'a nested agent without hooks': async (scratch, program) => {
      const gate = putUnderGate(scratch, agent.name, { scope: 'managed' });
      const inner = { SUBTASK: turns(lastTry(refused('private'))) };
      const steps = turns([agent.shell(agent.nested(program)), {}]);
      const scenario = { steps, conversations: inner };
      assert.ok(!(await tryCanary(agent, scratch, program, gate, scenario)), 'the canary is untouched');
    },

    'a nested agent without hooks, which only the managed scope holds: doctor says so': async (scratch, program) => {
      const gate = putUnderGate(scratch, agent.name, { scope: 'user' });
      const inner = { SUBTASK: turns(lastTry(passed)) };
      const steps = turns([agent.shell(agent.nested(program)), {}]);
      assert.ok(await tryCanary(agent, scratch, program, gate, { steps, conversations: inner }));
      assert.equal((await gate.ways())['start-options'], 'open');
    },

    'a nested agent, where the policy does not allow agents': async (scratch, program) => {
      const policy = policyOf('allow *', 'deny agent.spawn');
      const gate = putUnderGate(scratch, agent.name, { policy });
      await attack(scratch, program, gate, turns([agent.shell(agent.nested(agent.name)), refused('agent.spawn')]));
    },

    'the gate is killed': broken((gate) => gate.replace('kill -KILL $$'), { contains: ['refused'] }),
    'the gate crashes without a word': broken((gate) => gate.replace('exit 139'), { contains: ['refused'] }),
    'the gate does not finish': broken(
      (gate) => gate.replace('mkfifo "$0.fifo"; exec 3<>"$0.fifo"; exec "$AEX" "$@" --timeout 1 <&3'),
      refused('deadline'),
    ),
    'the gate is missing': broken((gate) => fs.rmSync(gate.program), { contains: ['refused'] }),
    'the gate is not executable': broken((gate) => fs.chmodSync(gate.program, 0o644), { contains: ['refused'] }),
    'the gate is a folder': broken(
      (gate) => {
        fs.rmSync(gate.program);
        fs.mkdirSync(gate.program);
      },
      { contains: ['refused'] },
    ),
    'the state folder is gone': broken(
      (gate, scratch) => fs.rmSync(path.join(scratch.root, 'state'), { recursive: true }),
      refused(),
    ),
    'the state folder is a file': broken((gate, scratch) => {
      fs.rmSync(path.join(scratch.root, 'state'), { recursive: true });
      fs.writeFileSync(path.join(scratch.root, 'state'), '');
    }, refused()),

    'the policy is deleted': meanwhile((scratch) => fs.rmSync(scratch.path('.aex/policy.aex'))),
    'the policy folder is deleted': meanwhile((scratch) => fs.rmSync(scratch.path('.aex'), { recursive: true })),
    'the policy is widened': meanwhile((scratch) => scratch.write('.aex/policy.aex', widerPolicy)),
    'the policy becomes a link to a wider one': meanwhile((scratch) => {
      scratch.write('wider.aex', widerPolicy);
      fs.rmSync(scratch.path('.aex/policy.aex'));
      fs.symlinkSync('../wider.aex', scratch.path('.aex/policy.aex'));
    }),
    'the folder of the policy becomes a link to a wider one': meanwhile((scratch) => {
      scratch.write('wider/policy.aex', widerPolicy);
      fs.renameSync(scratch.path('.aex'), scratch.path('old'));
      fs.symlinkSync('wider', scratch.path('.aex'));
    }),
    'a branch with a wider policy is checked out': meanwhile((scratch) => {
      commitTwoPolicies(scratch);
      git(scratch, 'checkout', '-q', 'wide');
    }),

    'the agent deletes, overwrites, moves and links the policy': refusing((scratch) => [
      agent.shell('rm .aex/policy.aex'),
      agent.shell('rm -rf .aex'),
      agent.shell('echo x > .aex/policy.aex'),
      agent.shell('mv .aex elsewhere'),
      agent.shell('ln -sf ../wider.aex .aex/policy.aex'),
      agent.write(scratch, '.aex/policy.aex', 'x'),
    ]),

    'the agent checks out a branch with a wider policy': async (scratch, program) => {
      commitTwoPolicies(scratch);
      const gate = putUnderGate(scratch, agent.name);
      const file = agent.shell('git checkout wide -- .aex/policy.aex');
      const branch = agent.shell('git checkout wide');
      await attack(scratch, program, gate, turns([file, refused()], [branch, {}], lastTry(refused())));
    },

    'the agent edits through a link to the policy folder': async (scratch, program) => {
      fs.mkdirSync(scratch.path('boundary'));
      fs.symlinkSync('boundary', scratch.path('.aex'));
      const gate = putUnderGate(scratch, agent.name);
      const calls = [
        agent.write(scratch, 'boundary/policy.aex', 'x'),
        agent.shell('cp wider.aex boundary/policy.aex'),
        agent.shell('ln -sfn wider .aex'),
      ];
      await attack(scratch, program, gate, turns(...calls.map((call) => [call, refused()]), lastTry(refused())));
    },

    'the agent edits its own settings': refusing((scratch) => [
      agent.write(scratch, agent.settings, '{}'),
      agent.shell(`echo '{}' > ${agent.settings}`),
      agent.shell(`sed -i s/aex/true/ ${agent.settings}`),
      agent.shell(`rm ${agent.settings}`),
      ...agent.settingsAttacks(scratch),
    ]),

    'a nested repository with an open policy of its own': async (scratch, program) => {
      const gate = putUnderGate(scratch, agent.name);
      scratch.write('nested/.aex/policy.aex', widerPolicy);
      execFileSync('git', ['init', '-q', scratch.path('nested')]);
      const inside = `cd nested && ${touchCanary}`;
      const steps = turns([agent.shell('cd nested'), {}], [agent.shell(touchCanary), refused()], [agent.shell(inside), refused()]);
      await attack(scratch, program, gate, steps);
      assert.ok(!scratch.exists(`nested/${canary}`));
    },

    'a tool that no policy speaks of': async (scratch, program) => {
      agent.configureServer(scratch);
      const gate = putUnderGate(scratch, agent.name, { policy: policyOf('allow file.*, shell.exec, git.*, network.*') });
      await attack(scratch, program, gate, turns([agent.mark('canary'), refused('mcp.marker.mark')]));
      assert.ok(!scratch.exists('canary'));
    },

  };
}
