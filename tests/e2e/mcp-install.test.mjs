// SPDX-License-Identifier: Apache-2.0
// `aex install --mcp` with the real agents: their servers are behind the proxy, which refuses on its own where no hook
// does, and counts nothing twice where one does; uninstall gives the files back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { claude, codex, turns } from './support/agents.mjs';
import { policyOf, putUnderGate } from './support/gate.mjs';
import { runTests } from './support/tap.mjs';

const configuration = {
  claude: (scratch) => scratch.path('.mcp.json'),
  codex: (scratch) => path.join(scratch.home, '.codex/config.toml'),
};

/** Takes the hooks away, as an agent does that is started without them. */
const withoutHooks = {
  claude: (scratch) => scratch.write('.claude/settings.json', '{}'),
  codex: (scratch) => scratch.write('.codex/hooks.json', '{"hooks":{}}'),
};

const made = (name) => ({ contains: [`made ${name}`] });

async function run(agent, scratch, program, gate, steps) {
  const result = await agent.run(program, scratch, gate, { steps });
  assert.deepEqual(result.problems, [], `${result.problems}\n${result.stderr}`);
}

const both = (agent) => ({
  [`${agent.name}: without the hook, the proxy refuses on its own`]: async (scratch, programs) => {
    agent.configureServer(scratch);
    const gate = putUnderGate(scratch, agent.name, { policy: policyOf('allow mcp.marker.mark', 'budget calls=1'), words: ['--mcp'] });
    assert.equal((await gate.ways())['mcp-proxy'], 'closed');
    assert.equal((await gate.ways())['mcp-refusal'], 'closed');
    withoutHooks[agent.name](scratch);
    const steps = turns([agent.mark('first'), made('first')], [agent.mark('canary'), { contains: ['budget'] }]);
    await run(agent, scratch, programs[agent.name], gate, steps);
    assert.ok(scratch.exists('first'));
    assert.ok(!scratch.exists('canary'), 'the refused call did not reach the server');
    const denied = gate.trail().filter((record) => record.decision === 'deny' || record.event === 'tool.denied');
    assert.ok(denied.length >= 1, JSON.stringify(gate.trail()));
  },

  [`${agent.name}: hook and proxy together charge a call once`]: async (scratch, programs) => {
    agent.configureServer(scratch);
    const gate = putUnderGate(scratch, agent.name, { policy: policyOf('allow mcp.marker.mark', 'budget calls=2'), words: ['--mcp'] });
    const steps = turns(
      [agent.mark('first'), made('first')],
      [agent.mark('second'), made('second')],
      [agent.mark('canary'), { contains: ['budget'] }],
    );
    await run(agent, scratch, programs[agent.name], gate, steps);
    assert.ok(scratch.exists('second'));
    assert.ok(!scratch.exists('canary'));
  },

  [`${agent.name}: hook, proxy and policy have one name for a server whose own name is no part of a tool's`]: async (scratch, programs) => {
    const { name, spelled } = agent.oddServer;
    agent.configureServer(scratch, name);
    const policy = policyOf(`allow mcp.${spelled}.mark`, 'budget calls=1');
    const gate = putUnderGate(scratch, agent.name, { policy, words: ['--mcp'] });
    assert.equal((await gate.ways())['mcp-refusal'], 'closed');
    const steps = turns([agent.mark('first', spelled), made('first')], [agent.mark('canary', spelled), { contains: ['budget'] }]);
    await run(agent, scratch, programs[agent.name], gate, steps);
    assert.ok(scratch.exists('first'));
    assert.ok(!scratch.exists('canary'), 'the refused call did not reach the server');
  },

  [`${agent.name}: uninstall gives the servers back to the byte`]: async (scratch, programs) => {
    agent.configureServer(scratch);
    const file = configuration[agent.name](scratch);
    const before = fs.readFileSync(file, 'utf8');
    const gate = putUnderGate(scratch, agent.name, { words: ['--mcp'] });
    assert.notEqual(fs.readFileSync(file, 'utf8'), before);
    gate.person('uninstall', agent.name, ...gate.place);
    assert.equal(fs.readFileSync(file, 'utf8'), before);
    await run(agent, scratch, programs[agent.name], gate, turns([agent.mark('first'), made('first')]));
  },
});

await runTests(() => ({ claude: claude.install(), codex: codex.install() }), {
  ...both(claude),
  ...both(codex),
});
