// SPDX-License-Identifier: Apache-2.0
// An MCP server that says what a script tells it to, byte for byte, however wrong that is.
//
//   node scripted.mjs SCRIPT RECORD
//
// SCRIPT is a JSON file: { KEY: [LINE...] }. Of the keys that fit a request the first that is there is played: "tools/call NAME",
// "tools/list CURSOR", "resources/read URI", the method alone, and for answers to what it asked "answer ID". $ID in a line
// is the request's own id, as it was written; $PARAMS its parameters. A line is written with LF behind it unless it ends in
// "\\", which stands for none, or starts with "latin1:", which is not written but says in which encoding the rest is. Without a fitting key it answers as a small server with one tool `echo` would. "start" is played
// at once. All that is read is appended to RECORD first.
import fs from 'node:fs';

const [, , scriptFile, recordFile] = process.argv;
const script = JSON.parse(fs.readFileSync(scriptFile, 'utf8'));
const record = fs.openSync(recordFile, 'a');

const usual = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, prompts: {}, completions: {} },
    serverInfo: { name: 'scripted', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [{ name: 'echo', description: 'Echo.', inputSchema: { type: 'object' } }] }),
  'tools/call': (params) => ({ content: [{ type: 'text', text: 'ok' }], structuredContent: { params } }),
};

function play(lines, id = 'null', params = {}) {
  for (const line of lines) {
    const text = line.replaceAll('$ID', () => id).replaceAll('$PARAMS', () => JSON.stringify(params));
    const encoding = text.startsWith('latin1:') ? 'latin1' : 'utf8';
    const rest = encoding === 'latin1' ? text.slice('latin1:'.length) : text;
    process.stdout.write(rest.endsWith('\\') ? rest.slice(0, -1) : `${rest}\n`, encoding);
  }
}

function react(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return;
  }
  const { method, params = {} } = message;
  const id = /"id"\s*:\s*("[^"]*"|-?[0-9.eE+]+)/.exec(line)?.[1]; // as it is written: large ones too
  const detail = params.name ?? params.uri ?? params.cursor ?? '';
  const keys = method === undefined ? [`answer ${message.id}`] : [`${method} ${detail}`, method];
  const key = keys.find((candidate) => script[candidate] !== undefined);
  if (key !== undefined) {
    play(script[key], id, params);
  } else if (method !== undefined && id !== undefined) {
    const outcome = usual[method] ? { result: usual[method](params) } : { error: { code: -32601, message: 'none' } };
    play([`{"jsonrpc":"2.0","id":$ID,${JSON.stringify(outcome).slice(1)}`], id);
  }
}

play(script.start ?? []);
let rest = Buffer.alloc(0);
process.stdin.on('data', (data) => {
  fs.writeSync(record, data);
  rest = Buffer.concat([rest, data]);
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    react(rest.subarray(0, end).toString());
    rest = rest.subarray(end + 1);
  }
});
