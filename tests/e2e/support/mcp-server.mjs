// SPDX-License-Identifier: Apache-2.0
// An MCP server with one tool: `mark` makes a file of the given name in the server's working folder.
import fs from 'node:fs';
import readline from 'node:readline';

const tool = {
  name: 'mark',
  description: 'Make a file.',
  inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  annotations: { destructiveHint: false }, // else Codex refuses it before any hook is asked
};

function mark({ name }) {
  fs.writeFileSync(name, 'x\n');
  return { content: [{ type: 'text', text: `made ${name}` }] };
}

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'marker', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': (parameters) => mark(parameters.arguments),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) {
    const answer = answers[method];
    const outcome = answer ? { result: answer(params) } : { error: { code: -32601, message: `no ${method}` } };
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`);
  }
}
