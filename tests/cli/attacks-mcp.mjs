// SPDX-License-Identifier: Apache-2.0
// Attacks on `aex proxy` from the client's side: messages that two readers could take differently, methods and tools in
// disguise, limits. Whatever is refused leaves no byte at the server; what is allowed arrives byte for byte.
//
// The list holds what proxies before this one got wrong: a denied call that ran inside a batch, inside invalid JSON that the
// server tolerated, behind a duplicate key; numbers and ids above 2^53 that were altered; a lone CR that split a message; a name
// that is no string, which was the end; a denied notification that was answered.
import assert from 'node:assert/strict';

import { nothing, runTests } from '../e2e/support/tap.mjs';
import { assertDenied, assertError, assertOk, echoWords, policyOf, startProxy } from '../support/mcp/proxy.mjs';
import { modernMeta } from '../support/mcp/session.mjs';

const call = (id, name, rest = '"arguments":{}') =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}",${rest}}}`;
const inParams = (params) => `{"jsonrpc":"2.0","id":"x","method":"tools/call","params":${params}}`;
const withNumber = (number) => call('"x"', 'echo', `"arguments":{"n":${number}}`);
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** Lines that must not reach the server: { NAME: bytes }. */
const malformed = {
  'a batch with a denied call': `[${call(1, 'denied')}]`,
  'a batch with an allowed and a denied call': `[${call(1, 'echo')},${call(2, 'denied')}]`,
  'a batch in a batch': `[[${call(1, 'denied')}]]`,
  'an empty batch': '[]',
  'a duplicate name, the denied one last': inParams('{"name":"echo","name":"denied"}'),
  'a duplicate name, the denied one first': inParams('{"name":"denied","name":"echo"}'),
  'a duplicate name by escape': inParams('{"name":"echo","n\\u0061me":"denied"}'),
  'a duplicate method': '{"jsonrpc":"2.0","id":"x","method":"ping","method":"tools/call","params":{"name":"denied"}}',
  'duplicate parameters': '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"echo"},"params":{"name":"denied"}}',
  'a duplicate id': '{"jsonrpc":"2.0","id":"x","id":"y","method":"tools/call","params":{"name":"echo"}}',
  'a duplicate in the arguments': call('"x"', 'echo', '"arguments":{"path":"a","path":"b"}'),
  'a duplicate deep in the arguments': call('"x"', 'echo', '"arguments":{"a":[{"b":{"c":1,"c":2}}]}'),
  'a method in another case beside ping': '{"jsonrpc":"2.0","id":"x","method":"ping","Method":"tools/call","params":{"name":"denied"}}',
  'parameters in another case': '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"echo"},"Params":{"name":"denied"}}',
  'a name in another case': inParams('{"name":"echo","Name":"denied"}'),
  'an id in another case': '{"jsonrpc":"2.0","id":"x","ID":"y","method":"tools/call","params":{"name":"echo"}}',
  'a method and a result': '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"echo"},"result":{}}',
  'a method and an error': '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"echo"},"error":{"code":1,"message":""}}',
  'neither method nor result': '{"jsonrpc":"2.0","id":"x","params":{"name":"denied"}}',
  'an id that is null': call('null', 'echo'),
  'an id that is true': call('true', 'echo'),
  'an id that is an object': call('{}', 'echo'),
  'an id that is a list': call('["x"]', 'echo'),
  'an id that is no integer': call('1.5', 'echo'),
  'an id above 64 bits': call('18446744073709551616', 'echo'),
  'an infinite id': call('1e999', 'echo'),
  'NaN': withNumber('NaN'),
  'Infinity': withNumber('Infinity'),
  '-Infinity': withNumber('-Infinity'),
  'a number beyond all doubles': withNumber('1e400'),
  'a number with a leading zero': withNumber('01'),
  'a number with a plus': withNumber('+1'),
  'a number in hexadecimal': withNumber('0x10'),
  'a trailing comma': call('"x"', 'echo', '"arguments":{"n":1,}'),
  'a comment': call('"x"', 'echo', '"arguments":{}/* "name":"denied" */'),
  'single quotes': call('"x"', 'echo', "'arguments':{}"),
  'a key without quotes': call('"x"', 'echo', 'arguments:{}'),
  'two messages on one line': `${call('"x"', 'echo')} ${call('"y"', 'denied')}`,
  'two messages with a lone CR between': `${call('"x"', 'echo')}\r${call('"y"', 'denied')}`,
  // Readers exist that end a line at CR: for them this holds a message of its own.
  'a message inside CRs inside a message': call('"x"', 'echo', `"arguments":\r${call('"y"', 'denied')}\r`),
  'CR between members': '{"jsonrpc":"2.0",\r"id":"x","method":"tools/call",\r"params":{"name":"echo"}}',
  'a message that is cut off': call('"x"', 'echo').slice(0, -2),
  'a byte order mark': `\ufeff${call('"x"', 'echo')}`,
  'a NUL behind the message': bytes(call('"x"', 'echo'), [0]),
  'a NUL in a string': bytes('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"echo', [0], '"}}'),
  'a control character in a string': call('"x"', 'echo', '"arguments":{"s":"a\u0001b"}'),
  'an overlong slash': bytes('{"jsonrpc":"2.0","id":"x","method":"tools', [0xc0, 0xaf], 'call","params":{"name":"denied"}}'),
  'UTF-8 that is cut off': bytes(call('"x"', 'echo').slice(0, -3), [0xe2, 0x82], '"}}'),
  'a surrogate in UTF-8': bytes('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"', [0xed, 0xa0, 0x80], '"}}'),
  'a stray continuation byte': bytes('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"', [0x80], '"}}'),
  'nesting without end': call('"x"', 'echo', `"arguments":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
  'another version of JSON-RPC': call('"x"', 'echo').replace('2.0', '1.0'),
  'no version of JSON-RPC': call('"x"', 'echo').replace('"jsonrpc":"2.0",', ''),
  'a text': '"tools/call"',
  'a number': '7',
  'null': 'null',
  'parameters that are a list': inParams('["denied"]'),
  'parameters that are a text': inParams('"denied"'),
  'a name that is a number': inParams('{"name":7,"arguments":{}}'),
  'a name that is null': inParams('{"name":null,"arguments":{}}'),
  'a name that is an object': inParams('{"name":{"a":1},"arguments":{}}'),
  'a name that is a list': inParams('{"name":["denied"],"arguments":{}}'),
  'no name': inParams('{"arguments":{}}'),
  'arguments that are a text': call('"x"', 'echo', '"arguments":"denied"'),
  'arguments that are a list': call('"x"', 'echo', '"arguments":[1]'),
};

/** Tools and methods that are not what they look like, under a policy that allows `echo` only: { NAME: line }. */
const disguised = {
  'a Cyrillic letter': call('"x"', '\u0435cho'),
  'a space of no width': call('"x"', 'echo\u200b'),
  'a space behind': call('"x"', 'echo '),
  'full width': call('"x"', '\uff45\uff43\uff48\uff4f'),
  'upper case': call('"x"', 'Echo'),
  'a NUL by escape': call('"x"', 'echo\\u0000'),
  'a name with a slash': call('"x"', 'echo/../denied'),
  'the qualified name of an allowed tool': call('"x"', 'mcp.t.echo'),
  'an empty name': call('"x"', ''),
  'a denied name by escape': call('"x"', 'd\\u0065nied'),
  'the method by escape': call('"x"', 'denied').replace('tools/call', 'tools\\/c\\u0061ll'),
  'the method in another case': call('"x"', 'echo').replace('tools/call', 'Tools/Call'),
  'the method with a space': call('"x"', 'echo').replace('tools/call', 'tools/call '),
  'an unknown method': '{"jsonrpc":"2.0","id":"x","method":"tools/callAll","params":{"name":"echo"}}',
  'a method of our own making': '{"jsonrpc":"2.0","id":"x","method":"x/run","params":{}}',
  'reading a file as a resource': '{"jsonrpc":"2.0","id":"x","method":"resources/read","params":{"uri":"file:///etc/passwd"}}',
  'reading any resource': '{"jsonrpc":"2.0","id":"x","method":"resources/read","params":{"uri":"test://x"}}',
  'subscribing to a resource': '{"jsonrpc":"2.0","id":"x","method":"resources/subscribe","params":{"uri":"test://x"}}',
  'getting a prompt': '{"jsonrpc":"2.0","id":"x","method":"prompts/get","params":{"name":"p"}}',
  'completing an argument':
    '{"jsonrpc":"2.0","id":"x","method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":""}}}',
  'fetching the result of a task': '{"jsonrpc":"2.0","id":"x","method":"tasks/result","params":{"taskId":"1"}}',
  'a task without an id': '{"jsonrpc":"2.0","id":"x","method":"tasks/get","params":{}}',
  'a task whose id is a number': '{"jsonrpc":"2.0","id":"x","method":"tasks/result","params":{"taskId":1}}',
  'a task without parameters': '{"jsonrpc":"2.0","id":"x","method":"tasks/get"}',
  'cancelling a task': '{"jsonrpc":"2.0","id":"x","method":"tasks/cancel","params":{"taskId":"1"}}',
};

/** Sends the line and waits until the proxy is past it. Resolves to what was said about it. */
async function say(session, line) {
  const before = session.messages.length;
  session.send(bytes(line, '\n'));
  await session.settled();
  return session.messages.slice(before, -1);
}

const refuses = (line, check) => async (scratch) => {
  const session = await startProxy(scratch);
  const said = await say(session, line);
  assert.deepEqual(session.lines(), [], 'nothing reached the server');
  assert.equal(said.length, 1, `one answer: ${said.map((message) => message.raw)}`);
  check(said[0]);
  assertOk(await session.call('echo', { still: 'there' }));
  assert.equal((await session.close()).status, 0);
  session.events();
};

function assertRefusal(answer) {
  assert.equal(answer.id, 'x');
  assert.ok(answer.error !== undefined || answer.result.isError === true, answer.raw);
}

const tests = Object.fromEntries([
  ...Object.entries(malformed).map(([name, line]) => [
    `malformed: ${name}`,
    refuses(line, (answer) => {
      assert.ok([-32600, -32700, -32602].includes(answer.error?.code) || answer.result?.isError, answer.raw);
      assert.ok([null, 'x', 'y'].includes(answer.id), `an id that is known or null: ${answer.raw}`);
    }),
  ]),
  ...Object.entries(disguised).map(([name, line]) => [`disguised: ${name}`, refuses(line, assertRefusal)]),
]);

/** Lines that are unusual and right: they arrive as they were sent. */
const unusual = {
  'numbers of every size': call('9007199254740993', 'echo', '"arguments":{"a":9007199254740993,"b":1.0,"c":-0,"d":1E5,"e":0.1e-7,"f":[1,1.0]}'),
  'the smallest and the largest id': call('-9223372036854775808', 'echo'),
  'an id that is a text with escapes': call('"\\u0041\\/\\"\\u20ac"', 'echo'),
  'an id that is an empty text': call('""', 'echo'),
  'the id at the end': '{"params":{"arguments":{},"name":"echo"},"method":"tools/call","jsonrpc":"2.0","id":"last"}',
  'space everywhere': ' {\t"jsonrpc" : "2.0" , "id" : 77 , "method" : "tools/call" , "params" : { "name" : "echo" } } ',
  'CR before LF': `${call('"cr"', 'echo')}\r`,
  'escapes in every string': '{"jsonr\\u0070c":"2.0","id":"esc","method":"tools/call","params":{"name":"\\u0065cho","arguments":{"s":"\\u00e9\\ud83d\\ude00"}}}',
  'line separators of Unicode': call('"u"', 'echo', '"arguments":{"s":"a\u2028b\u2029c\u0085"}'),
  'keys that differ in case': call('"k"', 'echo', '"arguments":{"path":"a","Path":"b","name":"c","Name":"d","method":"x"}'),
  'members of its own': call('"m"', 'echo', '"arguments":{},"_meta":{"progressToken":9007199254740995,"vendor/x":[1.50]},"task":{"ttl":1000}'),
};
for (const [name, line] of Object.entries(unusual)) {
  tests[`unusual: ${name}`] = async (scratch) => {
    const session = await startProxy(scratch);
    const said = await say(session, line);
    // A CR before the LF belongs to the line's end and may be gone.
    assert.deepEqual(session.received().split(/\r?\n/).filter((text) => text.includes('call')), [line.replace(/\r$/, '')]);
    assert.equal(said.length, 1);
    assertOk(said[0]);
    const id = /"id" ?: ?("(?:[^"\\]|\\.)*"|[-0-9]+)/.exec(line)[1];
    assert.ok(said[0].raw.includes(`"id":${id}`), `the id as it was written: ${said[0].raw}`);
    await session.close();
  };
}

Object.assign(tests, {
  'a denied call says so and does not run': async (scratch) => {
    const session = await startProxy(scratch);
    assertDenied(await session.call('denied', { path: 'canary' }), /mcp\.t\.denied|denied/);
    assert.deepEqual(session.lines(), []);
    await session.close();
  },

  'a call that no rule speaks of does not run': async (scratch) => {
    const session = await startProxy(scratch);
    const answer = await session.call('blob', { size: 1 });
    assert.ok(answer.error?.code === -32602 || answer.result?.isError, answer.raw);
    assert.deepEqual(session.lines(), []);
    await session.close();
  },

  'without any policy every call is denied, and the way out is named': async (scratch) => {
    const session = await startProxy(scratch, { policy: null });
    const answer = await session.call('echo');
    assert.ok(answer.error !== undefined || answer.result.isError === true, answer.raw);
    assert.match(answer.raw, /aex init --policy/);
    assert.deepEqual(session.lines(), []);
    await session.close();
  },

  'a policy that is removed or broken while it runs opens nothing': async (scratch) => {
    const session = await startProxy(scratch);
    assertOk(await session.call('echo'));
    scratch.write('.aex/policy.aex', 'policy scripted v0\nallow allow\n');
    assert.match((await session.call('denied')).raw, /isError|error/);
    scratch.write('.aex/policy.aex', policyOf('allow mcp.t.*'));
    assertDenied(await session.call('denied'));
    assert.ok(!session.received().includes('"denied"'));
    await session.close();
  },

  'a policy that narrows while it runs bites at once': async (scratch) => {
    const session = await startProxy(scratch);
    assertOk(await session.call('echo', { n: 1 }));
    scratch.write('.aex/policy.aex', policyOf('allow mcp.t.asked'));
    const answer = await session.call('echo', { n: 2 });
    assert.ok(answer.error !== undefined || answer.result.isError, answer.raw);
    assert.ok(!session.received().includes('"n":2'));
    await session.close();
  },

  'a judged argument that a server could read as another one': async (scratch) => {
    const policy = policyOf('allow db.read', 'deny db.read:5', 'map echo@t as db.read:args.disk').replace(' v0', ' v1');
    const session = await startProxy(scratch, { policy });
    const others = ['5', '"5"', '5.0', '5e0', '50e-1', '[6,5.0]', '5.0000000000000000001', '-5.0'].map((number) => `"disk":${number}`);
    others.push('"disk":6,"Disk":5', '"DISK":5,"disk":6', '"disk":6,"di\\u017fk":5', '"disk":6,"dis\u212a":5', '"Disk":6');
    for (const [at, members] of others.entries()) {
      session.send(`${call(`"other ${at}"`, 'echo', `"arguments":{${members}}`)}\n`);
      const answer = await session.answerTo(`other ${at}`);
      assert.ok(answer.error !== undefined || answer.result.isError === true, `${members}: ${answer.raw}`);
    }
    assert.deepEqual(session.lines(), []);
    session.send(`${call('"same"', 'echo', '"arguments":{"disk":6,"disks":5,"Other":5}')}\n`);
    assertOk(await session.answerTo('same'));
    await session.close();
  },

  'a completion is judged by what its reference says it is': async (scratch) => {
    const policy = policyOf('allow mcp.t.completion.complete:good, mcp.t.echo', 'deny mcp.t.completion.complete:file:///secret/x');
    const session = await startProxy(scratch, { policy });
    const uri = 'file:///secret/x';
    const refused = [
      { type: 'ref/resource', uri },
      { type: 'ref/resource', name: 'good', uri },
      { type: 'ref/prompt', name: 'good', uri },
      { type: 'ref/prompt', name: 'good', URI: uri },
      { type: 'ref/prompt', Type: 'ref/resource', name: 'good' },
      { name: 'good' },
    ];
    const complete = (ref) => session.request('completion/complete', { ref, argument: { name: 'a', value: '' } });
    for (const ref of refused) {
      const answer = await complete(ref);
      assert.ok(answer.error !== undefined, answer.raw);
    }
    assert.deepEqual(session.lines(), []);
    await complete({ type: 'ref/prompt', name: 'good' });
    assert.equal(session.lines().length, 1);
    await session.close();
  },

  'arguments of a known server that differ in case only': async (scratch) => {
    const policy = policyOf('allow github.read:good/repo');
    const session = await startProxy(scratch, { policy, options: ['--server-kind', 'github', '--no-pins'] });
    session.send(`${call('"bad"', 'get_issue', '"arguments":{"owner":"good","repo":"repo","Owner":"evil"}')}\n`);
    const answer = await session.answerTo('bad');
    assert.ok(answer.error !== undefined || answer.result.isError === true, answer.raw);
    assert.deepEqual(session.lines(), []);
    session.send(`${call('"good"', 'get_issue', '"arguments":{"owner":"good","repo":"repo","Other":"x"}')}\n`);
    await session.answerTo('good');
    assert.equal(session.lines().length, 1);
    await session.close();
  },

  'a denied notification is neither passed on nor answered': async (scratch) => {
    const session = await startProxy(scratch);
    const said = await say(session, '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"denied"}}');
    assert.deepEqual(said.map((message) => message.raw), []);
    assert.deepEqual(session.lines(), []);
    await session.close();
  },

  'an unknown notification is not passed on': async (scratch) => {
    const session = await startProxy(scratch);
    const said = await say(session, '{"jsonrpc":"2.0","method":"notifications/run","params":{"name":"echo"}}');
    assert.deepEqual(said, []);
    assert.deepEqual(session.lines(), []);
    await session.close();
  },

  'an answer to a question that nobody asked is not passed on': async (scratch) => {
    const session = await startProxy(scratch);
    session.send('{"jsonrpc":"2.0","id":"never-asked","result":{"action":"accept","content":{}}}\n');
    await session.settled();
    assert.deepEqual(session.lines(), []);
    await session.close();
  },

  'the same id twice at a time': async (scratch) => {
    const session = await startProxy(scratch);
    session.send(`${call('"twin"', 'echo', '"arguments":{"n":1}')}\n${call('"twin"', 'echo', '"arguments":{"n":2}')}\n`);
    await session.settled();
    const answers = session.messages.filter((message) => message.id === 'twin');
    assert.equal(answers.length, 2, 'each is answered once');
    const refused = answers.filter((message) => message.error !== undefined);
    // The first may have been answered before the second was read; then both are right.
    assert.equal(session.lines().length, 2 - refused.length);
    await session.close();
  },

  'the ids 1 and "1" are two': async (scratch) => {
    const session = await startProxy(scratch);
    session.send(`${call('51', 'echo', '"arguments":{"n":1}')}\n${call('"51"', 'echo', '"arguments":{"n":2}')}\n`);
    const number = await session.answerTo(51);
    const word = await session.answerTo('51');
    assert.deepEqual([assertOk(number), assertOk(word)].map((result) => result.structuredContent.arguments.n), [1, 2]);
    await session.close();
  },

  'a message that comes in pieces is one message': async (scratch) => {
    const session = await startProxy(scratch);
    const line = bytes(call('"pieces"', 'echo', '"arguments":{"s":"\u20ac\u{1f600}"}'), '\n');
    for (const byte of line) {
      session.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assertOk(await session.answerTo('pieces'));
    assert.ok(session.received().includes(line.toString()));
    await session.close();
  },

  'a line of 100 MB is refused, not forwarded, and the session goes on': async (scratch) => {
    const session = await startProxy(scratch);
    const piece = Buffer.alloc(1 << 20, 'a');
    session.send('{"jsonrpc":"2.0","id":"long","method":"tools/call","params":{"name":"echo","arguments":{"s":"');
    for (let sent = 0; sent < 100; sent++) {
      if (!session.child.stdin.write(piece)) {
        await new Promise((resolve) => session.child.stdin.once('drain', resolve));
      }
    }
    session.send('"}}}\n');
    const answer = await session.until((message) => message.error !== undefined, 'a refusal');
    assert.ok([-32600, -32700].includes(answer.error.code), answer.raw);
    assert.ok(session.received().length < 10_000, 'nothing of it reached the server');
    assertOk(await session.call('echo', { still: 'there' }));
    await session.close();
  },

  'a line without an end is refused when the input ends': async (scratch) => {
    const session = await startProxy(scratch);
    session.send(call('"open"', 'echo'));
    await session.close();
    assert.ok(!session.received().includes('"open"'));
    assert.ok(session.events().some((event) => event.event === 'message.refused'), 'and that is said');
  },

  'in the era of 2026-07-28 a denied call is refused in that era’s form': async (scratch) => {
    const session = await startProxy(scratch, { hello: false });
    assertDenied(await session.request('tools/call', { name: 'denied', arguments: {}, _meta: modernMeta }));
    const answer = await session.request('tools/call', { name: 'asked', arguments: {}, _meta: modernMeta });
    assertDenied(answer, /aex approve/);
    assert.equal(answer.result.resultType, 'complete');
    assertOk(await session.request('tools/call', { name: 'echo', arguments: {}, _meta: modernMeta }));
    assert.ok(!session.received().includes('"denied"'));
    await session.close();
  },

  'a budget ends, and a call that is refused costs nothing': async (scratch) => {
    const policy = policyOf('allow mcp.t.echo', 'deny mcp.t.denied', 'budget calls=2');
    const session = await startProxy(scratch, { policy });
    assertDenied(await session.call('denied'));
    assertOk(await session.call('echo', { n: 1 }));
    assertOk(await session.call('echo', { n: 2 }));
    assertDenied(await session.call('echo', { n: 3 }), /budget/);
    assert.equal(session.lines().length, 2);
    await session.close();
  },

  'two servers with the same tool: allowed is the one that is named': async (scratch) => {
    const policy = policyOf('allow mcp.mail.send_email');
    const mail = await startProxy(scratch, { policy, name: 'mail' });
    assertOk(await mail.call('send_email', { to: 'a' }));
    await mail.close();
    const before = mail.received();
    const squatter = await startProxy(scratch, { policy: null, name: 'squatter', server: echoWords(scratch, '--tools', '3') });
    for (const name of ['send_email', 'mcp.mail.send_email']) {
      assertDenied(await squatter.call(name, { to: 'b' }));
    }
    assert.ok(!squatter.received().slice(before.length).includes('send_email'));
    await squatter.close();
  },
});

await runTests(nothing, tests);
