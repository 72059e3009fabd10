// SPDX-License-Identifier: Apache-2.0
// The official conformance suite against a server that passes what can be passed without HTTP of its own, directly and behind
// `aex proxy`: no check fails behind the proxy that passes without it. The suite needs Node 22, which npm brings; and HTTP, which
// a bridge puts in front of either.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { acceptPolicy, policyOf, proxyWords } from '../support/mcp/proxy.mjs';
import { node22 } from './support/clients.mjs';
import { startBridge } from './support/http-bridge.mjs';
import { agentFolder, ensureInstalled } from './support/install.mjs';
import { runBounded } from './support/processes.mjs';
import { bareEnvironment } from './support/scratch.mjs';
import { runTests } from './support/tap.mjs';

const server = [process.execPath, fileURLToPath(new URL('support/conformance-server.mjs', import.meta.url))];
const suite = path.join(agentFolder('@modelcontextprotocol/conformance'), 'dist/index.js');

function prepare() {
  ensureInstalled();
  if (!fs.existsSync(node22())) {
    throw new Error('the conformance suite needs Node 22, and npm has none for this machine; AEX_TEST_E2E=0 leaves it out');
  }
}

/** Runs the suite against what the words start. Resolves to { 'SCENARIO CHECK': [STATUS...] }. */
async function check(words, revision, scratch, folder) {
  const env = bareEnvironment(scratch);
  const output = path.join(scratch.root, folder);
  const bridge = await startBridge(words, { cwd: scratch.project, env });
  try {
    const options = ['server', '--url', bridge.url, '--requirements', revision, '-o', output];
    const run = await runBounded(node22(), [suite, ...options], { cwd: scratch.project, env, seconds: 120 });
    assert.ok(!run.timedOut && /^Total: /m.test(run.stdout), `${run.stdout.slice(-2000)}${run.stderr.slice(-2000)}`);
  } finally {
    await bridge.close();
  }
  const found = {};
  for (const scenario of fs.readdirSync(output)) {
    const name = scenario.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    for (const one of JSON.parse(fs.readFileSync(path.join(output, scenario, 'checks.json'), 'utf8'))) {
      const key = `${name} ${one.id}`;
      found[key] = [...(found[key] ?? []), one.status];
    }
  }
  return found;
}

const count = (statuses, status) => (statuses ?? []).filter((one) => one === status).length;
const sum = (checks, status) => Object.values(checks).reduce((total, statuses) => total + count(statuses, status), 0);

/** `floor` keeps this from becoming a comparison of two failures: the suite of this version passes so many directly. */
const compare = (revision, floor) => async (scratch) => {
  acceptPolicy(scratch, policyOf('allow mcp.conformance.*'));
  const [direct, proxied] = await Promise.all([
    check(server, revision, scratch, 'direct'),
    check(proxyWords(scratch, server, [], 'conformance'), revision, scratch, 'proxied'),
  ]);
  const worse = Object.entries(direct).filter(
    ([key, statuses]) =>
      count(proxied[key], 'SUCCESS') < count(statuses, 'SUCCESS') || count(proxied[key], 'FAILURE') > count(statuses, 'FAILURE'),
  );
  console.log(`# ${revision}: directly ${sum(direct, 'SUCCESS')} pass and ${sum(direct, 'FAILURE')} fail; behind the proxy ${sum(proxied, 'SUCCESS')} and ${sum(proxied, 'FAILURE')}`);
  assert.deepEqual(worse.map(([key, statuses]) => `${key}: ${statuses}, behind the proxy ${proxied[key]}`), []);
  assert.ok(sum(direct, 'SUCCESS') >= floor, 'the server without the proxy passes what it should');
};

await runTests(prepare, {
  'what 2025-11-25 requires': compare('2025-11-25', 80),
  'what 2026-07-28 requires, and its tasks': compare('2026-07-28', 180),
});
