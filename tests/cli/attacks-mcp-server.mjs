// SPDX-License-Identifier: Apache-2.0
// A server that lies to the client behind `aex proxy`: lists that show what is denied, answers nobody asked for, questions to the
// client, secrets in odd places, noise, crashes, ends of every kind.
//
// The list holds what proxies before this one got wrong: a `tools` that holds no objects was the end; the meta-tools came with
// every page; a standard error that nobody reads stopped everything; the end of input was not noticed.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import { nothing, runTests } from '../e2e/support/tap.mjs';
import { assertError, assertOk, echoWords, policyOf, scriptedWords, startProxy } from '../support/mcp/proxy.mjs';
import { modernMeta, soon } from '../support/mcp/session.mjs';

const META = /^aex[._](checkpoint|resume|list_tasks|review_task)$/;
const tool = (name) => JSON.stringify({ name, description: `The tool ${name}.`, inputSchema: { type: 'object' } });
const listing = (...tools) => `{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${tools.map(tool)}]}}`;
const result = (text) => `{"jsonrpc":"2.0","id":$ID,"result":${text}}`;

/** What the client could take from all that came for a list: no denied tool, and the session goes on. */
const showsNothingDenied = (script, { usable = false } = {}) => async (scratch) => {
  const session = await startProxy(scratch, { server: scriptedWords(scratch, script) });
  session.send('{"jsonrpc":"2.0","id":41,"method":"tools/list"}\n');
  await session.settled();
  for (const message of session.messages) {
    assert.ok(!message.raw.includes('denied'), message.raw);
  }
  if (usable) {
    const answer = await session.answerTo(41);
    assert.deepEqual(answer.result.tools.map((one) => one.name).filter((name) => !META.test(name)), ['echo']);
  }
  assertOk(await session.call('echo'));
  await session.close();
  session.events();
};

const liesInLists = {
  'the list itself': [[listing('echo', 'denied')], { usable: true }],
  'a list with things that are no tools': [
    [`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[7,null,"denied",[${tool('denied')}],{"name":7},{"name":null,"x":"denied"},{},${tool('echo')}]}}`],
  ],
  'tools that are no list': [['{"jsonrpc":"2.0","id":$ID,"result":{"tools":{"denied":{"name":"denied"}}}}']],
  'a result that is no object': [['{"jsonrpc":"2.0","id":$ID,"result":["denied"]}']],
  'two lists under one key': [[`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${tool('echo')}],"tools":[${tool('denied')}]}}`]],
  'a second list by escape': [[`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${tool('echo')}],"t\\u006fols":[${tool('denied')}]}}`]],
  'two results': [[`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${tool('echo')}]},"result":{"tools":[${tool('denied')}]}}`]],
  'a result in another case': [[`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${tool('echo')}]},"Result":{"tools":[${tool('denied')}]}}`]],
  'a tool of two names': [['{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"echo","name":"denied","inputSchema":{"type":"object"}}]}}']],
  'a tool whose other name differs in case': [
    [`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"asked","Name":"denied","inputSchema":{}},${tool('echo')}]}}`],
    { usable: true },
  ],
  'a tool whose name is in another case': [
    [`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"NAME":"denied","name":"asked","inputSchema":{}},${tool('echo')}]}}`],
    { usable: true },
  ],
  'the answer twice': [[listing('echo'), listing('echo', 'denied')]],
  'the answer in a batch': [[`[${listing('echo', 'denied')}]`]],
  'the answer under another spelling of the id': [['41.0', '4.1e1', '"41"', '041'].map((id) => listing('denied').replace('$ID', id))],
  'the answer under an id nobody used': [[listing('denied').replace('$ID', '99')]],
  'the id twice': [[listing('denied').replace('"id":$ID', '"id":99,"id":$ID')]],
  'the id behind the list': [[`{"result":{"tools":[${tool('echo')},${tool('denied')}]},"jsonrpc":"2.0","id":$ID}`], { usable: true }],
  'a result and an error': [[listing('denied').replace(/}$/, ',"error":{"code":1,"message":"denied"}}')]],
  'a list that is cut off by the next line': [[`${listing('denied').slice(0, -2)}`]],
  'NaN in the list': [[`{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${tool('denied')}],"x":NaN}}`]],
  'two answers on a line': [[`${listing('echo')} ${listing('denied')}`]],
  'two answers with a lone CR between': [[`${listing('echo')}\r${listing('denied')}`]],
  'a list that says it asks for input': [[listing('denied').replace('"tools"', '"resultType":"input_required","tools"')]],
  'a list with questions in it': [[listing('denied').replace('"tools"', '"inputRequests":{},"tools"')]],
  'a second list in letters that fold to ASCII': [[listing('echo').replace('"tools"', `"tool\u017f":[${tool('denied')}],"tools"`)]],
  'a result in letters that fold to ASCII': [[listing('echo').replace(/}$/, `,"re\u017fult":{"tools":[${tool('denied')}]}}`)]],
};

const tests = {};
for (const [name, [lines, options]] of Object.entries(liesInLists)) {
  tests[`lies in lists: ${name}`] = showsNothingDenied({ 'tools/list': lines }, options);
}

const other = policyOf('allow mcp.t.echo, mcp.t.resources.*, mcp.t.prompts.*', 'deny mcp.t.prompts.get:denied');

Object.assign(tests, {
  'every page is filtered, and the meta-tools are on one': async (scratch) => {
    const policy = policyOf('allow mcp.t.echo, mcp.t.tool_5, mcp.t.tool_8', 'deny mcp.t.denied');
    const session = await startProxy(scratch, { policy, server: echoWords(scratch, '--tools', '10', '--page', '2') });
    const names = (await session.pages()).map((page) => page.tools.map((one) => one.name));
    assert.equal(names.length, 5);
    const flat = names.flat();
    assert.deepEqual(flat.filter((name) => !META.test(name)), ['echo', 'tool_5', 'tool_8']);
    assert.equal(flat.filter((name) => META.test(name)).length, new Set(flat.filter((name) => META.test(name))).size);
    assert.equal(names.filter((page) => page.some((name) => META.test(name))).length, 1);
    await session.close();
  },

  'a list is filtered again when the server says it changed': async (scratch) => {
    const session = await startProxy(scratch, {
      server: scriptedWords(scratch, {
        'tools/list': [listing('echo')],
        'tools/call echo': ['{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}', result('{"content":[]}')],
        'tools/list again': [listing('denied', 'echo')],
      }),
    });
    assert.ok((await session.toolNames()).includes('echo'));
    await session.call('echo');
    await session.until((message) => message.method === 'notifications/tools/list_changed', 'the notification');
    const again = await session.request('tools/list', { cursor: 'again' });
    assert.ok(!again.raw.includes('denied'), again.raw);
    await session.close();
  },

  'a filtered list of the era of 2026-07-28 is private': async (scratch) => {
    const session = await startProxy(scratch, { hello: false });
    const { result: list } = await session.request('tools/list', { _meta: modernMeta });
    assert.equal(list.cacheScope, 'private');
    assert.equal(list.resultType, 'complete');
    assert.deepEqual(list.tools.map((one) => one.name).filter((name) => !META.test(name)), ['echo']);
    await session.close();
  },

  'a result that looks like a list is not one': async (scratch) => {
    const line = result(`{"tools":[${tool('denied')}, 1.50],"content":[]}`);
    const session = await startProxy(scratch, { server: scriptedWords(scratch, { 'tools/call echo': [line] }) });
    const answer = await session.call('echo');
    assert.equal(answer.raw, line.replace('$ID', `${answer.id}`), 'byte for byte');
    await session.close();
  },

  'an error is passed on as it is': async (scratch) => {
    const line = '{"jsonrpc":"2.0","id":$ID,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"],"n":1.0}}}';
    const session = await startProxy(scratch, { server: scriptedWords(scratch, { 'tools/call echo': [line] }) });
    const answer = await session.call('echo');
    assert.equal(answer.raw, line.replace('$ID', `${answer.id}`));
    await session.close();
  },

  'an answer under another id is no answer': async (scratch) => {
    const lines = ['{"jsonrpc":"2.0","id":"nobody","result":{"content":[]}}', result('{"content":[]}')];
    const session = await startProxy(scratch, { server: scriptedWords(scratch, { 'tools/call echo': lines }) });
    assertOk(await session.call('echo'));
    await session.settled();
    assert.ok(!session.messages.some((message) => message.id === 'nobody'));
    await session.close();
  },

  'prompts and resources are filtered too': async (scratch) => {
    const script = {
      'prompts/list': [result('{"prompts":[{"name":"fine"},{"name":"denied"}]}')],
      'resources/list': [result('{"resources":[{"uri":"test://a","name":"a"}]}')],
      'prompts/get fine': [result('{"messages":[]}')],
    };
    const session = await startProxy(scratch, { policy: other, server: scriptedWords(scratch, script) });
    const prompts = await session.request('prompts/list');
    assert.deepEqual(prompts.result?.prompts?.map((one) => one.name), ['fine'], prompts.raw);
    assertOk(await session.request('prompts/get', { name: 'fine' }));
    assertOk(await session.request('resources/list'));
    await session.close();
  },

  'what the proxy itself says waits until an answer that is on its way is over': async (scratch) => {
    const text = 'x'.repeat(100_000);
    const script = {
      'tools/call echo': [`{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"${text}\\`],
      ping: ['and the rest"}]}}', result('{}')],
    };
    const session = await startProxy(scratch, { server: scriptedWords(scratch, script) });
    session.send('{"jsonrpc":"2.0","id":"slow","method":"tools/call","params":{"name":"echo","arguments":{}}}\n');
    await soon(untilSaid(session, 50_000), 'the beginning of the answer, if it is streamed', 3000).catch(() => {});
    session.send('{"jsonrpc":"2.0","id":"no","method":"tools/call","params":{"name":"denied"}}\n[]\n');
    await new Promise((resolve) => setTimeout(resolve, 200)); // time to do it wrong in
    await session.settled();
    assert.equal(assertOk(await session.answerTo('slow')).content[0].text, `${text}and the rest`);
    await session.answerTo('no');
    assert.deepEqual(session.messages.filter((message) => message.broken), []);
    await session.close();
  },

  ...Object.fromEntries(
    Object.entries({
      'is no JSON in the end': '"},,]}}',
      'has NaN in the end': '"}],"n":NaN}}',
      'has two results': `"}]},"result":{"tools":[${tool('denied')}]}}`,
      'is for somebody else in the end': `"}]},"id":41}`,
      'is an error as well': '"}]},"error":{"code":1,"message":"denied"}}',
      'is a question in the end': '"}]},"method":"sampling/createMessage"}',
      'has a second message on its line': `"}]}} ${listing('denied').replace('$ID', '41')}`,
      'has a CR and a message': `"}]}}\r${listing('denied').replace('$ID', '41')}`,
      'never ends': '',
    }).map(([name, end]) => [
      `an answer that is on its way, and ${name}`,
      async (scratch) => {
        const head = `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"${'x'.repeat(200_000)}`;
        const session = await startProxy(scratch, { server: scriptedWords(scratch, { 'tools/call echo': [`${head}${end}${end === '' ? '\\' : ''}`], 'tools/list': [] }) });
        session.send('{"jsonrpc":"2.0","id":41,"method":"tools/list"}\n');
        session.send('{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{"name":"echo","arguments":{}}}\n');
        // Either it was held until its end, and refused; or the stream is closed before anybody could take it for whole.
        await Promise.race([session.closed, session.answerTo(42).catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000))]);
        await session.close();
        for (const message of session.messages) {
          assert.ok(!message.broken && (message.id !== 41 || message.error !== undefined), message.raw.slice(-300));
          assert.doesNotMatch(message.raw, /denied|x{1000}/);
        }
      },
    ]),
  ),

  'a client that stands still keeps what is sent to it waiting, not growing': async (scratch) => {
    const session = await startProxy(scratch, { policy: policyOf('allow mcp.t.notify') });
    session.child.stdout.pause();
    session.send('{"jsonrpc":"2.0","id":"flood","method":"tools/call","params":{"name":"notify","arguments":{"count":300000}}}\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const memory = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${session.child.pid}/status`, 'utf8'))[1]);
    assert.ok(memory < 16 * 1024, `${memory} KiB`);
    session.child.stdout.resume();
    assertOk(await session.answerTo('flood'));
    assert.equal(session.messages.filter((message) => message.method === 'notifications/progress').length, 300_000);
    await session.close();
  },

  'events that nobody reads stop nothing': async (scratch) => {
    const session = await startProxy(scratch);
    session.child.stderr.pause();
    for (let count = 0; count < 3000; count++) {
      session.send(`{"jsonrpc":"2.0","id":"e${count}","method":"tools/call","params":{"name":"echo","arguments":{"n":${count}}}}\n`);
    }
    assertOk(await session.answerTo('e2999'));
    session.child.stderr.resume();
    await session.close();
  },

  'noise on standard output does not reach the client': async (scratch) => {
    const noise = ['Server is ready', '{"not":"a message"}', '{"jsonrpc":"2.0","id":1', '[]', 'null', '', '{"jsonrpc":"2.0","id":null,"result":{}}'];
    const session = await startProxy(scratch, { server: scriptedWords(scratch, { start: noise }) });
    assertOk(await session.call('echo'));
    for (const message of session.messages) {
      assert.ok(!message.broken && message.jsonrpc === '2.0', message.raw);
    }
    await session.close();
    assert.ok(session.events().some((event) => event.event === 'upstream.non_jsonrpc'), session.errorLines.join('\n'));
  },

  'questions to the client are not passed on unless the policy allows them': async (scratch) => {
    const questions = ['sampling/createMessage', 'elicitation/create', 'roots/list'].map(
      (method, index) => `{"jsonrpc":"2.0","id":"ask-${index}","method":"${method}","params":{}}`,
    );
    const session = await startProxy(scratch, {
      capabilities: { sampling: {}, elicitation: {}, roots: {} },
      server: scriptedWords(scratch, { 'tools/call echo': [...questions, result('{"content":[]}')] }),
    });
    assertOk(await session.call('echo'));
    await session.settled();
    assert.deepEqual(session.messages.filter((message) => message.method !== undefined), []);
    const refusals = session.lines().map((line) => JSON.parse(line)).filter((message) => `${message.id}`.startsWith('ask-'));
    assert.deepEqual(refusals.map((message) => message.id).sort(), ['ask-0', 'ask-1', 'ask-2']);
    assert.ok(refusals.every((message) => message.error !== undefined), 'each was answered with an error');
    await session.close();
  },

  'a question that the policy allows comes, and its answer arrives byte for byte': async (scratch) => {
    const policy = policyOf('allow mcp.t.echo, mcp.t.roots.list');
    const question = '{"jsonrpc":"2.0","id":9007199254740993,"method":"roots/list","params":{}}';
    const session = await startProxy(scratch, {
      policy,
      capabilities: { roots: {} },
      server: scriptedWords(scratch, { 'tools/call echo': [question, result('{"content":[]}')] }),
    });
    assertOk(await session.call('echo'));
    const asked = await session.until((message) => message.method === 'roots/list', 'the question');
    assert.equal(asked.raw, question);
    const reply = '{"jsonrpc":"2.0","id":9007199254740993,"result":{"roots":[], "x":1.0}}';
    session.send(`${reply}\n`);
    await session.settled();
    assert.ok(session.received().includes(`${reply}\n`));
    await session.close();
  },

  'questions inside the state of a task are judged as well': async (scratch) => {
    const asks = '"inputRequests":{"q":{"method":"sampling/createMessage","params":{"messages":[]}}}';
    const session = await startProxy(scratch, {
      server: scriptedWords(scratch, {
        'tools/call echo': [
          `{"jsonrpc":"2.0","method":"notifications/tasks","params":{"taskId":"t1","status":"input_required",${asks}}}`,
          '{"jsonrpc":"2.0","method":"notifications/tasks","params":{"taskId":"t2","status":"working"}}',
          result('{"content":[]}'),
        ],
      }),
    });
    assertOk(await session.call('echo'));
    const tasks = session.messages.filter((message) => message.method === 'notifications/tasks');
    assert.deepEqual(tasks.map((message) => message.params.taskId), ['t2']);
    await session.close();
  },

  'a result is read in pieces of any size': async (scratch) => {
    const whole = `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"x"}],"resultType":"complete"}}`;
    const start = whole.indexOf('"resultType"');
    const cuts = Array.from({ length: whole.length - start }, (_, i) => start + i);
    const script = { 'tools/call echo': [`${whole.slice(0, start)}\\`] };
    for (const cut of cuts) {
      script[`tools/call more${cut}`] = [`${whole.slice(start, cut)}\\`];
      script[`tools/call rest${cut}`] = [whole.slice(cut)];
    }
    const session = await startProxy(scratch, {
      policy: policyOf('allow mcp.t.*'),
      options: ['--no-pins'],
      server: scriptedWords(scratch, script),
    });
    const say = (id, name) =>
      session.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } });
    for (const cut of cuts) {
      for (const name of ['echo', `more${cut}`, `rest${cut}`]) {
        say(`${name} ${cut}`, name);
        await new Promise((resolve) => setTimeout(resolve, 10)); // what was sent is read by itself
      }
      assertOk(await session.answerTo(`echo ${cut}`));
    }
    await session.close();
  },

  'an answer that cannot be taken is answered as that': async (scratch) => {
    const session = await startProxy(scratch, {
      options: ['--redact', 'secrets'],
      server: scriptedWords(scratch, { 'tools/call echo': [result('{"content":[{"type":"text","text":"a\\u0000b"}]}')] }),
    });
    assertError(await session.call('echo'), -32603);
    assertError(await session.call('echo'), -32603);
    await session.close();
  },

  'questions that two clients could read differently are not passed on': async (scratch) => {
    const policy = policyOf('allow mcp.t.echo, mcp.t.elicitation.create', 'deny mcp.t.sampling.createMessage');
    const questions = [
      '{"method":"elicitation/create","Method":"sampling/createMessage","params":{"message":"?","messages":[]}}',
      '{"METHOD":"sampling/createMessage","method":"elicitation/create","params":{"message":"?"}}',
      '{"method":"elicitation/create","params":{"message":"?"},"Params":{"messages":[]}}',
      '{"method":"elicitation/create","params":{"message":"?"},"param\u017f":{"messages":[]}}',
      '{"method":"elicitation/create","params":{"message":"?","_meta":{},"_Meta":{}}}',
      '[{"method":"elicitation/create"}]',
    ];
    const right = '{"method":"elicitation/create","params":{"message":"?","Message":"!"}}';
    const task = (asked) => `{"jsonrpc":"2.0","method":"notifications/tasks","params":{"taskId":"t","inputRequests":{"q":${asked}}}}`;
    const asking = (asked) => result(`{"resultType":"input_required","inputRequests":{"q":${asked}},"requestState":"s"}`);
    const calls = [...questions, right].flatMap((asked, at) => [
      [`tools/call task${at}`, [task(asked), result('{"content":[]}')]],
      [`tools/call ask${at}`, [asking(asked)]],
    ]);
    const session = await startProxy(scratch, {
      policy: policy.replace('mcp.t.echo', questions.concat(right).map((_, at) => `mcp.t.task${at}, mcp.t.ask${at}`).join(', ')),
      hello: false,
      options: ['--no-pins'],
      server: scriptedWords(scratch, Object.fromEntries(calls)),
    });
    const say = (name) => session.request('tools/call', { name, arguments: {}, _meta: modernMeta });
    for (const [at, asked] of questions.entries()) {
      assertOk(await say(`task${at}`));
      const answer = await say(`ask${at}`);
      assert.ok(answer.result?.isError === true || answer.error !== undefined, `${asked}: ${answer.raw}`);
    }
    for (const message of session.messages) {
      assert.ok(!message.raw.includes('inputRequests'), message.raw);
    }
    await say(`task${questions.length}`);
    assert.ok((await say(`ask${questions.length}`)).raw.includes(right));
    assert.equal(session.messages.filter((message) => message.method === 'notifications/tasks').length, 1);
    await session.close();
  },

  'questions inside a result are judged as well': async (scratch) => {
    const line = result('{"resultType":"input_required","inputRequests":{"q":{"method":"sampling/createMessage","params":{}}},"requestState":"s"}');
    const session = await startProxy(scratch, { hello: false, server: scriptedWords(scratch, { 'tools/call echo': [line] }) });
    const answer = await session.request('tools/call', { name: 'echo', arguments: {}, _meta: modernMeta });
    assert.ok(!answer.raw.includes('inputRequests'), answer.raw);
    await session.close();
  },

  'a question inside a result that is allowed, and the state that comes back with the answer': async (scratch) => {
    const policy = policyOf('allow mcp.t.echo, mcp.t.elicitation.create', 'budget calls=1');
    const line = result('{"resultType":"input_required","inputRequests":{"q":{"method":"elicitation/create","params":{"message":"?","requestedSchema":{"type":"object"}}}},"requestState":"s\\u002f\\/1.0"}');
    const session = await startProxy(scratch, { policy, hello: false, server: scriptedWords(scratch, { 'tools/call echo': [line] }) });
    const meta = JSON.stringify({ ...modernMeta, 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } });
    const first = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},"_meta":${meta}}}`;
    session.send(`${first}\n`);
    const answer = await session.answerTo(1);
    assert.equal(answer.raw, line.replace('$ID', '1'));
    const retry = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{},"inputResponses":{"q":{"action":"accept","content":{}}},"requestState":"s\\u002f\\/1.0","_meta":${meta}}}`;
    session.send(`${retry}\n`);
    assertOk(await session.answerTo(2));
    assert.ok(session.received().includes(`${retry}\n`), 'the state byte for byte, and the budget of one call is not spent twice');
    await session.close();
  },

  'progress and cancelling are passed on': async (scratch) => {
    const session = await startProxy(scratch, { policy: policyOf('allow mcp.t.notify, mcp.t.echo') });
    assertOk(await session.call('notify', { count: 25 }, { progressToken: 't' }));
    assert.equal(session.messages.filter((message) => message.method === 'notifications/progress').length, 25);
    session.notify('notifications/cancelled', { requestId: 12345, reason: 'no more' });
    await session.settled();
    await session.close();
  },

  'a standard error that is full of noise stops nothing': async (scratch) => {
    const session = await startProxy(scratch, { policy: policyOf('allow mcp.t.complain') });
    for (let round = 0; round < 20; round++) {
      assertOk(await session.call('complain', { size: 500_000 }));
    }
    assert.equal((await session.close()).status, 0);
    assert.ok(session.events().some((event) => event.event === 'upstream.stderr'));
  },

  'a server that crashes answers what is in flight, and it is said': async (scratch) => {
    const session = await startProxy(scratch, { policy: policyOf('allow mcp.t.*') });
    session.send('{"jsonrpc":"2.0","id":"lost","method":"tools/call","params":{"name":"crash","arguments":{}}}\n');
    const answer = await session.answerTo('lost');
    assert.ok(answer.error !== undefined || answer.result.isError, answer.raw);
    await soon(session.closed, 'the end');
    assert.ok(session.events().some((event) => event.event === 'upstream.crashed'), session.errorLines.join('\n'));
  },

  'a server that cannot be started is said': async (scratch) => {
    const session = await startProxy(scratch, { server: [scratch.path('nothing-here')], hello: false });
    session.send('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n');
    const { status } = await soon(session.closed, 'the end');
    assert.notEqual(status, 0);
    assert.match(session.errorLines.join('\n'), /nothing-here/);
  },

  ...Object.fromEntries(
    ['the end of input', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'].map((end) => [
      `${end} ends both sides`,
      async (scratch) => {
        const session = await startProxy(scratch, { server: ['sh', '-c', `echo $$ >pid; exec "$0" "$@"`, ...echoWords(scratch)] });
        assertOk(await session.call('echo'));
        const pid = Number(fs.readFileSync(scratch.path('pid'), 'utf8'));
        assert.ok(fs.existsSync(`/proc/${pid}`), 'the server runs');
        if (end.startsWith('SIG')) {
          process.kill(session.child.pid, end);
          await soon(session.closed, 'the end');
        } else {
          assert.equal((await session.close()).status, 0);
        }
        await soon(gone(pid), 'the end of the server');
      },
    ]),
  ),

  'a server that ignores the end is ended': async (scratch) => {
    const script = 'trap "" TERM INT HUP; echo $$ >pid; while :; do sleep 1; done';
    const session = await startProxy(scratch, { server: ['sh', '-c', script], hello: false });
    while (!scratch.exists('pid')) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await session.close();
    await soon(gone(Number(fs.readFileSync(scratch.path('pid'), 'utf8'))), 'the end of the server');
  },

  'a subscription and a cancelled call keep no session open': async (scratch) => {
    const script = 'trap "" TERM INT HUP; while :; do sleep 1; done';
    const session = await startProxy(scratch, { server: ['sh', '-c', script], hello: false });
    const params = { notifications: { toolsListChanged: true }, _meta: modernMeta };
    session.send({ jsonrpc: '2.0', id: 'listening', method: 'subscriptions/listen', params });
    session.send({ jsonrpc: '2.0', id: 'gone', method: 'tools/call', params: { name: 'echo', arguments: {} } });
    session.notify('notifications/cancelled', { requestId: 'gone' });
    await soon(session.close(), 'the end', 10_000);
  },

  'a server that asks for ever and never reads is ended': async (scratch) => {
    const ask = JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(120), method: 'sampling/createMessage', params: { messages: [] } });
    const session = await startProxy(scratch, { server: ['yes', ask], hello: false });
    assert.equal((await soon(session.closed, 'the end', 120_000)).status, 1);
    assert.ok(session.errorLines.some((line) => line.includes('does not read what it is answered')));
  },
});

/** Resolves when so many bytes of a line have come whose end has not. */
async function untilSaid(session, size) {
  while (session.unfinished().length < size) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Resolves when the process has ended; one that nobody waited for has ended too. */
async function gone(pid) {
  for (;;) {
    let state = 'Z';
    try {
      const status = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      state = status.slice(status.lastIndexOf(')') + 2)[0];
    } catch {
      return;
    }
    if (state === 'Z') {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// Secrets that leave by fields that nobody looks at.
const key = ['AKIA', 'QYLPMN5HFIQR7XYA'].join(''); // in two, so that nothing takes this file for a leak
const hides = (line, options = ['--redact', 'secrets']) => async (scratch) => {
  const session = await startProxy(scratch, { options, server: scriptedWords(scratch, { 'tools/call echo': [line] }) });
  const answer = await session.call('echo');
  assert.ok(!answer.raw.includes(key), answer.raw);
  assert.ok(!JSON.stringify(answer).includes(key.slice(4)), answer.raw);
  await session.close();
  assert.ok(!session.errorLines.join('\n').includes(key), 'nor is it in the events');
};
const part = (text) => `{"type":"text","text":${JSON.stringify(text)}}`;
Object.assign(tests, {
  'redacted: a key in a text': hides(result(`{"content":[${part(`the key is ${key}.`)}]}`)),
  'redacted: a key in structuredContent': hides(result(`{"content":[],"structuredContent":{"a":[{"b":"${key}"}]}}`)),
  'redacted: a key as the name of a member': hides(result(`{"content":[],"structuredContent":{"${key}":1}}`)),
  'redacted: a key in _meta': hides(result(`{"content":[],"_meta":{"x":"${key}"}}`)),
  'redacted: a key in an error': hides(`{"jsonrpc":"2.0","id":$ID,"error":{"code":-1,"message":"${key}","data":{"x":"${key}"}}}`),
  'redacted: a key in an embedded resource': hides(
    result(`{"content":[{"type":"resource","resource":{"uri":"test://x","text":"x=${key}"}}]}`),
  ),
  'redacted: a key by escapes': hides(result(`{"content":[{"type":"text","text":"${key.replace('A', '\\u0041')}"}]}`)),
  'redacted: a key over two parts': hides(result(`{"content":[${part(key.slice(0, 10))},${part(key.slice(10))}]}`)),
  'redacted: a key in base64 in a blob': hides(
    result(`{"content":[{"type":"resource","resource":{"uri":"test://x","mimeType":"text/plain","blob":"${Buffer.from(key).toString('base64')}"}}]}`),
  ),
  'not redacted: without the option nothing is touched': async (scratch) => {
    const line = result(`{"content":[${part(key)}], "n":1.0}`);
    const session = await startProxy(scratch, { server: scriptedWords(scratch, { 'tools/call echo': [line] }) });
    const answer = await session.call('echo');
    assert.equal(answer.raw, line.replace('$ID', `${answer.id}`));
    await session.close();
  },
});

await runTests(nothing, tests);
