// SPDX-License-Identifier: Apache-2.0
// Ways around the gate, tried on the real Claude Code.
import { claude } from './support/agents.mjs';
import { attacksOn } from './support/attacks.mjs';
import { runTests } from './support/tap.mjs';

await runTests(claude.install, attacksOn(claude));
