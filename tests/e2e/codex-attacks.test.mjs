// SPDX-License-Identifier: Apache-2.0
// Ways around the gate, tried on the real Codex.
import { codex } from './support/agents.mjs';
import { attacksOn } from './support/attacks.mjs';
import { runTests } from './support/tap.mjs';

await runTests(codex.install, attacksOn(codex));
