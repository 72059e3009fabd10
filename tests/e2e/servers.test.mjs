// SPDX-License-Identifier: Apache-2.0
// The lists of tools that the built-in tables were made from (tests/data/mcp-servers.json) are those of the real servers, and
// what the tables say about a path is what the real file server does with it.
// `node tests/e2e/servers.test.mjs --record` writes the lists anew.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bareEnvironment, makeScratch } from './support/scratch.mjs';
import { runTests } from './support/tap.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, 'servers');
const dataFile = path.join(here, '../data/mcp-servers.json');
const wanted = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).dependencies;

/** Kind, package, program, and what it is started with; no server is given anything to talk to. */
const servers = [
  ['filesystem', '@modelcontextprotocol/server-filesystem', 'mcp-server-filesystem', (scratch) => [scratch.project]],
  ['everything', '@modelcontextprotocol/server-everything', 'mcp-server-everything', () => []],
  ['memory', '@modelcontextprotocol/server-memory', 'mcp-server-memory', () => []],
  ['github', '@modelcontextprotocol/server-github', 'mcp-server-github', () => []],
  ['postgres', '@modelcontextprotocol/server-postgres', 'mcp-server-postgres', () => ['postgresql://127.0.0.1:9/none']],
  [
    'playwright',
    '@playwright/mcp',
    'playwright-mcp',
    () => ['--caps=vision,pdf,testing,tracing,network,storage,devtools'],
  ],
];

const isInstalled = ([name, version]) => {
  const manifest = path.join(folder, 'node_modules', name, 'package.json');
  return fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).version === version;
};

function install() {
  if (Object.entries(wanted).every(isInstalled)) {
    return;
  }
  const words = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  const result = spawnSync('flock', [path.join(folder, 'package.json'), ...words], { encoding: 'utf8', timeout: 280_000 });
  if (result.status !== 0) {
    throw new Error(`npm could not install the real MCP servers. Is its registry within reach?\n${result.stderr}`);
  }
}

/** A connection: request(method, params) and close(). A server that does not answer in time fails the request. */
function connect(program, words, scratch) {
  const child = spawn(path.join(folder, 'node_modules/.bin', program), words, {
    cwd: scratch.project,
    env: bareEnvironment(scratch),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map();
  let buffered = '';
  let id = 0;
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (buffered + text).split('\n');
    buffered = lines.pop();
    for (const line of lines.filter((one) => one.trim() !== '')) {
      const message = JSON.parse(line);
      if (message.method !== undefined && message.id !== undefined) {
        send({ id: message.id, error: { code: -32601, message: 'not here' } });
      } else {
        waiting.get(message.id)?.(message);
      }
    }
  });
  const request = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const own = ++id;
      const timer = setTimeout(() => reject(new Error(`${program} does not answer ${method}`)), 60_000);
      waiting.set(own, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      send({ id: own, method, params });
    });
  const closed = new Promise((resolve) => child.once('close', resolve));
  return {
    request,
    notify: (method) => send({ method }),
    async close() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

async function open(program, words, scratch) {
  const connection = connect(program, words, scratch);
  // As clients that can do everything: some tools are offered only to them.
  await connection.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { roots: {}, sampling: {}, elicitation: {} },
    clientInfo: { name: 'aex-test', version: '1' },
  });
  connection.notify('notifications/initialized');
  return connection;
}

/** { TOOL: [ARGUMENT, ...] }, both sorted; and the prompts' names. */
async function look(program, words, scratch) {
  const connection = await open(program, words, scratch);
  try {
    const tools = (await connection.request('tools/list')).result.tools;
    const prompts = (await connection.request('prompts/list')).result?.prompts ?? [];
    const byName = tools.map(({ name, inputSchema }) => [name, Object.keys(inputSchema.properties ?? {}).sort()]);
    return {
      tools: Object.fromEntries(byName.sort(([a], [b]) => (a < b ? -1 : 1))),
      prompts: prompts.map(({ name }) => name).sort(),
    };
  } finally {
    await connection.close();
  }
}

async function record() {
  install();
  const data = JSON.parse(fs.readFileSync(dataFile, 'utf8'));
  for (const [kind, name, program, words] of servers) {
    const scratch = makeScratch();
    const { tools, prompts } = await look(program, words(scratch), scratch);
    const others = data.filter((entry) => entry.source !== `npm ${name}`);
    data.splice(0, data.length, ...others, { kind, source: `npm ${name}`, version: wanted[name], tools, prompts });
    scratch.remove();
  }
  data.sort((a, b) => (a.source < b.source ? -1 : 1));
  fs.writeFileSync(dataFile, `${JSON.stringify(data, null, 1)}\n`);
}

const text = (answer) => JSON.stringify(answer.result ?? answer.error);

const tests = Object.fromEntries(
  servers.map(([kind, name, program, words]) => [
    `the recorded tools are those of ${name}`,
    async (scratch) => {
      const recorded = JSON.parse(fs.readFileSync(dataFile, 'utf8')).find((entry) => entry.source === `npm ${name}`);
      assert.equal(recorded.kind, kind);
      assert.equal(recorded.version, wanted[name]);
      const { tools, prompts } = await look(program, words(scratch), scratch);
      assert.deepEqual({ tools, prompts }, { tools: recorded.tools, prompts: recorded.prompts });
    },
  ]),
);

/** Why paths that look odd are unknown: the server takes them for others. */
tests['the file server starts relative paths at its folders and expands ~'] = async (scratch) => {
  scratch.write('sub/a.txt', 'in sub');
  fs.writeFileSync(path.join(scratch.home, 'b.txt'), 'at home');
  const connection = await open('mcp-server-filesystem', [scratch.path('sub'), scratch.home], scratch);
  try {
    const read = async (file) =>
      text(await connection.request('tools/call', { name: 'read_text_file', arguments: { path: file } }));
    assert.match(await read('a.txt'), /in sub/);
    assert.match(await read('~/b.txt'), /at home/);
    assert.doesNotMatch(await read('sub/a.txt'), /in sub/);
  } finally {
    await connection.close();
  }
};

tests['an edit that changes nothing shows the file'] = async (scratch) => {
  scratch.write('.env', 'A=1\nKEY=canary\n');
  const connection = await open('mcp-server-filesystem', [scratch.project], scratch);
  try {
    const edit = { path: scratch.path('.env'), edits: [{ oldText: 'A=1', newText: 'A=2' }], dryRun: true };
    assert.match(text(await connection.request('tools/call', { name: 'edit_file', arguments: edit })), /canary/);
  } finally {
    await connection.close();
  }
};

if (process.argv[2] === '--record') {
  await record();
} else {
  await runTests(install, tests);
}
