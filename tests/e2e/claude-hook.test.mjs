// SPDX-License-Identifier: Apache-2.0
// The harness itself, with the real Claude Code and a hook of three lines: a call the hook lets through runs, one it
// refuses does not, and without the hook the same call runs (so the refusal was the hook's).
import assert from 'node:assert/strict';
import fs from 'node:fs';

import { installClaude, runClaude, settingsWithHook } from './support/claude.mjs';
import { runTests } from './support/tap.mjs';

const touch = (file) => ({ tool: 'Bash', input: { command: `touch ${file}`, description: 'leave a trace' } });

const hook = `#!/bin/sh
grep -q forbidden || exit 0
echo 'not allowed by the test' >&2; exit 2
`;

function assertClean(run) {
  assert.deepEqual(run.problems, [], `${run.problems}\n${run.stderr}`);
  assert.equal(run.status, 0, run.stderr);
}

await runTests(installClaude, {
  'a call the hook has no objection to runs': async (scratch, claude) => {
    scratch.write('hook.sh', hook, 0o755);
    scratch.write('.claude/settings.json', settingsWithHook(scratch.path('hook.sh')));
    const run = await runClaude(claude, scratch, {
      steps: [
        { expect: { offers: ['Bash'] }, reply: [touch('canary')] },
        { expect: { lacks: ['[error]'] }, reply: [{ text: 'done' }] },
      ],
    });
    assertClean(run);
    assert.ok(fs.existsSync(scratch.path('canary')));
  },

  'a call the hook refuses does not run, and the model reads why': async (scratch, claude) => {
    scratch.write('hook.sh', hook, 0o755);
    scratch.write('.claude/settings.json', settingsWithHook(scratch.path('hook.sh')));
    const run = await runClaude(claude, scratch, {
      steps: [
        { reply: [touch('forbidden')] },
        { expect: { contains: ['[error]', 'not allowed by the test'] }, reply: [{ text: 'done' }] },
      ],
    });
    assertClean(run);
    assert.ok(!fs.existsSync(scratch.path('forbidden')));
  },

  'without the hook the same call runs': async (scratch, claude) => {
    const run = await runClaude(claude, scratch, {
      steps: [{ reply: [touch('forbidden')] }, { expect: { lacks: ['[error]'] }, reply: [{ text: 'done' }] }],
    });
    assertClean(run);
    assert.ok(fs.existsSync(scratch.path('forbidden')));
  },

  'an unconsumed step is a problem': async (scratch, claude) => {
    const run = await runClaude(claude, scratch, {
      steps: [{ reply: [{ text: 'done' }] }, { reply: [{ text: 'never asked for' }] }],
    });
    assert.equal(run.problems.length, 1);
    assert.match(run.problems[0], /1 steps .* were not taken/);
  },

  'a request that is not as expected is a problem': async (scratch, claude) => {
    const run = await runClaude(claude, scratch, {
      steps: [{ expect: { offers: ['NoSuchTool'] }, reply: [{ text: 'done' }] }],
    });
    assert.match(run.problems[0], /expected the tool NoSuchTool/);
  },
});
