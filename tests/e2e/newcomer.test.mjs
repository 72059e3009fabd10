// SPDX-License-Identifier: Apache-2.0
// The path that README's first screen tells and `make demo` times: from a fresh clone to the first refused call.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { installClaude } from './support/claude.mjs';
import { runBounded } from './support/processes.mjs';
import { runTests } from './support/tap.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const run = (env) =>
  runBounded(path.join(root, 'scripts/newcomer.sh'), [], { cwd: '/', env: { PATH: process.env.PATH, HOME: '/', ...env }, seconds: 280 });

await runTests(installClaude, {
  'in three commands, each with its time': async () => {
    const { status, stdout, stderr } = await run({});
    assert.equal(status, 0, stdout + stderr);
    const time = '\\d+\\.\\d s';
    assert.match(stdout, new RegExp(`^  ${time}\tgit clone$`, 'm'));
    const commands = [...stdout.matchAll(new RegExp(`^  ${time}\t\\$ (.*)$`, 'gm'))].map((found) => found[1]);
    assert.deepEqual(commands, ['make build', 'cd shop && aex install claude', 'aex doctor']);
    assert.match(stdout, /closed {2}hook-fires: claude itself, .* asked the hook about a forbidden call and did not run it/);
    assert.match(stdout, new RegExp(`From clone to the first refused call in the real Claude Code 2\\.1\\.329: ${time}\\.`));
  },

  'README tells the same three': async () => {
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const first = /```sh\n([^`]*)```/.exec(readme)[1].trim().split('\n');
    assert.equal(first.length, 3);
    ['make build', 'aex install claude', 'aex doctor'].forEach((part, index) => assert.ok(first[index].includes(part), first[index]));
  },

  'left out when not wanted, and that is said': async () => {
    const { status, stdout } = await run({ NEWCOMER: '0' });
    assert.equal(status, 0);
    assert.match(stdout, /left out: NEWCOMER=0/);
  },
});
