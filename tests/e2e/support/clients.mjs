// SPDX-License-Identifier: Apache-2.0
// The official clients of MCP, behind one face.
import path from 'node:path';

import { agentFolder } from './install.mjs';
import { runBounded } from './processes.mjs';

const information = { name: 'aex-tests', version: '1.0.0' };

/** The servers on npm, as words that start them. */
export const npmServer = (name, ...words) => [
  process.execPath,
  path.join(agentFolder(`@modelcontextprotocol/server-${name}`), 'dist/index.js'),
  ...words,
];

/** Everything a connection can do, the same for both versions of the SDK. */
function face(client, transport, era) {
  const errors = [];
  transport.stderr?.on('data', (data) => errors.push(data.toString()));
  return {
    client,
    era,
    stderr: () => errors.join(''),
    tools: async () => (await client.listTools()).tools,
    call: (name, args = {}, options) => client.callTool({ name, arguments: args }, ...(options ? [undefined, options] : [])),
    resources: async () => (await client.listResources()).resources,
    templates: async () => (await client.listResourceTemplates()).resourceTemplates,
    read: (uri) => client.readResource({ uri }),
    prompts: async () => (await client.listPrompts()).prompts,
    prompt: (name, args) => client.getPrompt({ name, ...(args ? { arguments: args } : {}) }),
    complete: (params) => client.complete(params),
    instructions: () => client.getInstructions(),
    server: () => client.getServerVersion(),
    close: () => client.close(),
  };
}

async function connectFirst(words, { cwd, env, capabilities = {}, handlers = () => {} }) {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const types = await import('@modelcontextprotocol/sdk/types.js');
  const client = new Client(information, { capabilities });
  handlers((method, answer) => client.setRequestHandler(types[`${method}RequestSchema`], (request) => answer(request.params)));
  const transport = new StdioClientTransport({ command: words[0], args: words.slice(1), cwd, env, stderr: 'pipe' });
  const connection = face(client, transport, 'legacy');
  await client.connect(transport);
  return connection;
}

const methods = { CreateMessage: 'sampling/createMessage', Elicit: 'elicitation/create', ListRoots: 'roots/list' };

const connectSecond = (mode) => async (words, { cwd, env, capabilities = {}, handlers = () => {} }) => {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const client = new Client(information, { capabilities, versionNegotiation: { mode } });
  handlers((method, answer) => client.setRequestHandler(methods[method], (request) => answer(request.params)));
  const transport = new StdioClientTransport({ command: words[0], args: words.slice(1), cwd, env, stderr: 'pipe' });
  const connection = face(client, transport, mode === 'legacy' ? 'legacy' : 'modern');
  await client.connect(transport);
  return connection;
};

/** Each connects to what the words start. `handlers` gets a function to set an answer: (name of the request's type, answer). */
export const clients = {
  'SDK 1.x': connectFirst,
  'SDK 2.x, legacy': connectSecond('legacy'),
  'SDK 2.x, negotiating': connectSecond('auto'),
};

export const modernClient = connectSecond({ pin: '2026-07-28' });

/** Node 22, which the Inspector and the conformance suite need. Throws with what to do where it cannot be had. */
export function node22() {
  const program = path.join(agentFolder(`node-linux-${process.arch}`), 'bin/node');
  if (Number(process.versions.node.split('.')[0]) >= 22) {
    return process.execPath;
  }
  return program;
}

/** Runs the Inspector's command line once against a server. Resolves to what it printed, parsed, or throws. */
export async function inspect(words, method, options, { cwd, env, seconds = 60 }) {
  const inspector = path.join(agentFolder('@modelcontextprotocol/inspector'), 'clients/launcher/build/index.js');
  const all = [inspector, '--cli', '--quiet', '--format', 'json', '--method', method, ...options, '--', ...words];
  const run = await runBounded(node22(), all, { cwd, env, seconds });
  return { ...run, parsed: run.stdout === '' ? undefined : JSON.parse(run.stdout) };
}
