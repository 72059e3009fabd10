// SPDX-License-Identifier: Apache-2.0
// Claude Code and Codex with `aex proxy` in front of a server: what is allowed works, what is denied never reaches the server and is
// not offered, a person's approval lets one call through, hook and proxy count a call once, and a checkpoint made under one
// agent resumes under the other.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { acceptPolicy, echoWords, policyOf, proxyWords } from '../support/mcp/proxy.mjs';
import { claude, codex, turns } from './support/agents.mjs';
import { putUnderGate } from './support/gate.mjs';
import { runTests } from './support/tap.mjs';
import { playClaude } from './support/terminal.mjs';

/** What differs between the agents: how a server is made known, and how the model calls its tools. */
const agents = {
  claude: {
    agent: claude,
    serve(scratch, [command, ...args]) {
      scratch.write('.mcp.json', JSON.stringify({ mcpServers: { t: { type: 'stdio', command, args } } }));
    },
    call: (tool, input) => ({ tool: `mcp__t__${tool}`, input }),
  },
  codex: {
    agent: codex,
    serve(scratch, words) {
      const [command, ...args] = words.map((word) => JSON.stringify(word));
      const text = `[mcp_servers.t]\ncommand = ${command}\nargs = [${args}]\ncwd = "${scratch.project}"\ndefault_tools_approval_mode = "approve"\nrequired = true\n`;
      fs.appendFileSync(path.join(scratch.home, '.codex/config.toml'), text);
    },
    call: (tool, input) => ({ tool, namespace: 'mcp__t', input }),
  },
};

const sent = (scratch) => {
  const record = path.join(scratch.root, 'record');
  return fs.existsSync(record) ? fs.readFileSync(record, 'utf8') : '';
};
const echoed = (word) => ({ contains: [word], lacks: ['aex refused'] });

async function run({ agent }, program, scratch, steps, gate = { wrap: [] }) {
  const result = await agent.run(program, scratch, gate, { steps });
  assert.deepEqual(result.problems, [], `${result.problems}\n${result.stderr}`);
  return result;
}

function prepare() {
  return { claude: claude.install(), codex: codex.install() };
}

const tests = {};
for (const [name, one] of Object.entries(agents)) {
  const { serve, call } = one;

  tests[`${name}: allowed calls work, the others are neither offered nor reach the server`] = async (scratch, programs) => {
    acceptPolicy(scratch, policyOf('allow mcp.t.echo, mcp.t.notify', 'deny mcp.t.blob', 'confirm before mcp.t.notify'));
    serve(scratch, proxyWords(scratch, echoWords(scratch)));
    const steps = turns(
      [call('echo', { word: 'first-word' }), { contains: ['first-word'] }],
      [call('notify', { word: 'second-word' }), { contains: ['aex approve'] }],
      [call('blob', { size: 7 }), { lacks: ['int value'] }],
    );
    const { requests } = await run(one, programs[name], scratch, steps);
    assert.match(sent(scratch), /first-word/);
    assert.doesNotMatch(sent(scratch), /second-word|"blob"|"notify"/);
    const offered = JSON.stringify(requests[0]);
    assert.match(offered, /aex_checkpoint/);
    assert.doesNotMatch(offered, /mcp__t__blob|"name":"blob"/);
  };

  tests[`${name}: a person approves, and the call passes once`] = async (scratch, programs) => {
    const policy = policyOf('allow mcp.t.echo, file.*', 'confirm before mcp.t.echo');
    const gate = putUnderGate(scratch, name, { policy });
    gate.person('uninstall', name, ...gate.place);
    serve(scratch, proxyWords(scratch, echoWords(scratch)));
    const approve = (text) => gate.atTerminal('y\n', 'approve', /aex approve ([A-Za-z0-9-]+)/.exec(text)[1]);
    const waits = { contains: ['aex approve'] };
    await run(one, programs[name], scratch, [
      { reply: [call('echo', { word: 'mine' })] },
      { expect: waits, meanwhile: approve, reply: [call('echo', { word: 'another' })] },
      { expect: waits, reply: [call('echo', { word: 'mine' })] },
      { expect: echoed('mine'), reply: [call('echo', { word: 'mine' })] },
      { expect: waits, reply: [{ text: 'done' }] },
    ]);
    assert.equal(sent(scratch).split('"mine"').length - 1, 1);
    assert.doesNotMatch(sent(scratch), /another/);
  };

  tests[`${name}: hook and proxy see a call and charge it once`] = async (scratch, programs) => {
    const gate = putUnderGate(scratch, name, { policy: policyOf('allow mcp.t.echo', 'budget calls=2') });
    serve(scratch, proxyWords(scratch, echoWords(scratch)));
    const steps = turns(
      [call('echo', { word: 'one' }), echoed('one')],
      [call('echo', { word: 'two' }), echoed('two')],
      [call('echo', { word: 'three' }), { contains: ['budget'] }],
    );
    await run(one, programs[name], scratch, steps, gate);
    assert.match(sent(scratch), /"two"/);
    assert.doesNotMatch(sent(scratch), /"three"/);
    const ids = gate.trail().flatMap((record) => (record.decision === 'allow' ? [record.toolUseId] : []));
    assert.equal(ids.length, 4, 'both wrote down both');
    assert.equal(new Set(ids).size, 2, 'under the same ids');
  };
}

tests['claude: what a person answered at the hook, the proxy does not ask again'] = async (scratch, programs) => {
  const { serve, call } = agents.claude;
  putUnderGate(scratch, 'claude', { policy: policyOf('allow mcp.t.echo', 'confirm before mcp.t.echo') });
  serve(scratch, proxyWords(scratch, echoWords(scratch)));
  scratch.write('.claude/settings.local.json', '{"enableAllProjectMcpServers":true,"env":{"ENABLE_TOOL_SEARCH":"false"}}');
  const steps = turns([call('echo', { word: 'approved' }), { contains: ['"word":"approved"'], lacks: ['aex'] }]);
  const problems = await playClaude(programs.claude, scratch, { steps }, async (terminal) => {
    await terminal.until('the prompt', (screen) => /❯|>/.test(screen));
    terminal.type('go');
    await terminal.until('what was typed', (screen) => screen.includes('go'));
    await terminal.press('Enter', 'the question', (screen) => screen.includes('policy.aex') && screen.includes('Yes'));
    assert.doesNotMatch(sent(scratch), /approved/, 'nothing runs while the person thinks');
    await terminal.press('Enter', 'the end', (screen) => /nterrupted|ejected|● done/.test(screen));
  });
  assert.deepEqual(problems, []);
  assert.match(sent(scratch), /approved/);
};

tests['a checkpoint made under Claude Code resumes under Codex'] = async (scratch, programs) => {
  acceptPolicy(scratch, policyOf('allow mcp.t.echo', 'budget calls=3'));
  const words = proxyWords(scratch, echoWords(scratch));
  agents.claude.serve(scratch, words);
  agents.codex.serve(scratch, words);
  const first = agents.claude.call;
  await run(
    agents.claude,
    programs.claude,
    scratch,
    turns(
      [first('echo', { word: 'one' }), echoed('one')],
      [first('echo', { word: 'two' }), echoed('two')],
      [first('aex_checkpoint', { name: 'handover', description: 'half done' }), { contains: ['handover'] }],
    ),
  );
  assert.ok(scratch.exists('.aex/checkpoints/handover/checkpoint.json'));
  const second = agents.codex.call;
  await run(
    agents.codex,
    programs.codex,
    scratch,
    turns(
      [second('aex_resume', { name: 'handover' }), { contains: ['half done', 'echo'] }],
      [second('echo', { word: 'three' }), echoed('three')],
      [second('echo', { word: 'four' }), { contains: ['budget'] }],
    ),
  );
  assert.doesNotMatch(sent(scratch), /"four"/, 'what was used before the checkpoint stays used');
};

await runTests(prepare, tests);
