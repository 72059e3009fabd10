// SPDX-License-Identifier: Apache-2.0
// The server of the soak: answers every call with its own bytes, but late, out of order, in pieces, and amid noise.
//
//   node soak-server.mjs SEED LEAK-FILE
//
// A denied tool that gets here, or a line that is no message of its own, makes LEAK-FILE.
import fs from 'node:fs';

import { randomOf } from './random.mjs';

const [, , seed, leakFile] = process.argv;
const random = randomOf(Number(seed));
let nextQuestion = 1;

/** Lines that are no answer to anybody. None looks like the beginning of one, which would rightly end the session. */
const noise = [
  () => 'Listening on stdio',
  () => '',
  () => '{"level":"info","msg":"ready"}',
  () => '[1,2,3]',
  () => '{"jsonrpc":"2.0","id":"nobody-asked","result":{"tools":[{"name":"denied"}]}}',
  () => '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}',
  () => '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}',
  () => '{"jsonrpc":"2.0","method":"notifications/unheard-of","params":{}}',
  () => `{"jsonrpc":"2.0","id":"q-${nextQuestion++}","method":"sampling/createMessage","params":{}}`,
  () => `{"jsonrpc":"2.0","id":"q-${nextQuestion++}","method":"roots/list"}`,
  () => '\u0000\u0001 not even text',
  () => 'x'.repeat(random.below(20_000)),
];

/** Writes in order, in pieces of any size. */
function write(line) {
  const bytes = Buffer.from(`${line}\n`);
  const cut = random.chance(0.2) ? random.below(bytes.length) : bytes.length;
  process.stdout.write(bytes.subarray(0, cut));
  process.stdout.write(bytes.subarray(cut));
}

function leak(line) {
  fs.appendFileSync(leakFile, `${line}\n`);
}

const tools = ['echo', 'denied', 'asked', 'blob'].map((name) => ({ name, description: name, inputSchema: { type: 'object' } }));

function answer(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    leak(line);
    return;
  }
  const { id, method, params } = message;
  if (method === undefined || id === undefined) {
    return;
  }
  const rawId = /"id":("(?:[^"\\]|\\.)*"|-?\d+)/.exec(line)[1];
  let result = '{}';
  if (method === 'initialize') {
    result = `{"protocolVersion":"${params.protocolVersion}","capabilities":{"tools":{}},"serverInfo":{"name":"soak","version":"1"}}`;
  } else if (method === 'tools/list') {
    result = JSON.stringify({ tools });
  } else if (method === 'tools/call') {
    if (params.name !== 'echo' && params.name !== 'blob') {
      leak(line);
    }
    const text = params.name === 'blob' ? 'b'.repeat(params.arguments.size) : 'ok';
    result = `{"content":[{"type":"text","text":"${text}"}],"echo":${JSON.stringify(line)}}`;
  } else if (method !== 'ping') {
    leak(line);
  }
  const reply = `{"jsonrpc":"2.0","id":${rawId},"result":${result}}`;
  if (random.chance(0.1)) {
    write(random.of(noise)());
  }
  if (random.chance(0.02)) {
    process.stderr.write('e'.repeat(random.below(10_000)) + (random.chance(0.5) ? '\n' : ''));
  }
  if (random.chance(0.05)) {
    setTimeout(() => write(reply), random.below(20));
  } else {
    write(reply);
  }
}

let rest = Buffer.alloc(0);
process.stdin.on('data', (data) => {
  rest = Buffer.concat([rest, data]);
  let start = 0;
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
    answer(rest.subarray(start, end).toString());
    start = end + 1;
  }
  rest = rest.subarray(start);
});
