// SPDX-License-Identifier: Apache-2.0
// Questions that `aex proxy` asks a person, through the client or with a code for a terminal: an approval is for the exact
// arguments and for once, and nothing but a plain "allow" is one.
import assert from 'node:assert/strict';

import { nothing, runTests } from '../e2e/support/tap.mjs';
import { assertDenied, assertError, assertOk, atTerminal, person, policyOf, startProxy, stateOf, trail } from '../support/mcp/proxy.mjs';
import { modernMeta } from '../support/mcp/session.mjs';

const codeIn = (answer) => /aex approve ([A-Za-z0-9-]+)/.exec(answer.raw)?.[1] ?? assert.fail(`a code in ${answer.raw}`);
const approve = (scratch, answer) => atTerminal(scratch, 'y\n', 'approve', codeIn(answer));
const reached = (session, text) => session.received().split(text).length - 1;
const asking = { elicitation: { form: {} } };

/** Calls `asked` with a client that answers what it is asked so. */
const answering = (respond, check) => async (scratch) => {
  const questions = [];
  const session = await startProxy(scratch, {
    capabilities: asking,
    answers: {
      'elicitation/create'(params) {
        questions.push(params);
        const [[key, schema]] = Object.entries(params.requestedSchema.properties);
        return respond(key, schema);
      },
    },
  });
  const answer = await session.call('asked', { path: 'canary.txt', n: 1 });
  assert.equal(questions.length, 1, answer.raw);
  await check(answer, session, questions[0]);
  await session.close();
};
const refusing = (respond) =>
  answering(respond, (answer, session) => {
    assertDenied(answer);
    assert.equal(reached(session, '"asked"'), 0);
  });

await runTests(nothing, {
  'a client that can ask, asks: "allow" lets the call through': answering(
    (key) => ({ action: 'accept', content: { [key]: 'allow' } }),
    (answer, session, question) => {
      assertOk(answer);
      assert.equal(reached(session, '"asked"'), 1);
      assert.match(question.message, /asked/);
      assert.match(question.message, /canary\.txt/, 'the person sees what it is about');
      const [[key, schema]] = Object.entries(question.requestedSchema.properties);
      assert.ok(schema.enum?.includes('allow') && schema.enum[0] !== 'allow' && schema.default !== 'allow', JSON.stringify(schema));
      assert.deepEqual(question.requestedSchema.required, [key]);
    },
  ),
  'no approval: an empty accept': refusing(() => ({ action: 'accept', content: {} })),
  'no approval: an accept without content': refusing(() => ({ action: 'accept' })),
  'no approval: an accept that says deny': refusing((key) => ({ action: 'accept', content: { [key]: 'deny' } })),
  'no approval: allow in a list': refusing((key) => ({ action: 'accept', content: { [key]: ['allow'] } })),
  'no approval: Allow in another case': refusing((key) => ({ action: 'accept', content: { [key]: 'Allow' } })),
  'no approval: true': refusing((key) => ({ action: 'accept', content: { [key]: true } })),
  'no approval: allow under another name': refusing((key) => ({ action: 'accept', content: { [`${key}x`]: 'allow' } })),
  'no approval: declined with allow in it': refusing((key) => ({ action: 'decline', content: { [key]: 'allow' } })),
  'no approval: cancelled with allow in it': refusing((key) => ({ action: 'cancel', content: { [key]: 'allow' } })),
  'no approval: an action nobody knows': refusing((key) => ({ action: 'accepted', content: { [key]: 'allow' } })),
  'no approval: an error': refusing(() => ({ error: { code: -32601, message: 'cannot ask' } })),

  'while a person thinks, other calls go on; who leaves has not approved': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    session.send('{"jsonrpc":"2.0","id":"thinking","method":"tools/call","params":{"name":"asked","arguments":{}}}\n');
    await session.until((message) => message.method === 'elicitation/create', 'the question');
    assertOk(await session.call('echo', { meanwhile: true }));
    assert.ok(!session.messages.some((message) => message.id === 'thinking'));
    await session.close();
    assert.equal(reached(session, '"asked"'), 0);
  },

  'what is answered together with other messages is the call that was asked about': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    const asked = '{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"asked","arguments":{"path":"canary.txt"}}}';
    session.send(`${asked}\n`);
    const question = await session.until((message) => message.method === 'elicitation/create', 'the question');
    const [key] = Object.keys(question.params.requestedSchema.properties);
    const other = { jsonrpc: '2.0', id: 'b', method: 'ping' };
    const answer = { jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { [key]: 'allow' } } };
    session.send(`${[other, answer, { ...other, id: 'c' }].map((message) => JSON.stringify(message)).join('\n')}\n`);
    for (const id of ['a', 'b', 'c']) {
      assertOk(await session.answerTo(id));
    }
    assert.ok(session.lines().includes(asked), session.received());
    await session.close();
  },

  'a tool of our own that was asked about answers its own call': async (scratch) => {
    const policy = policyOf('allow mcp.t.echo, aex.checkpoint', 'confirm before aex.checkpoint', 'budget calls=100');
    const session = await startProxy(scratch, { policy, capabilities: asking });
    session.send('{"jsonrpc":"2.0","id":"own","method":"tools/call","params":{"name":"aex_checkpoint","arguments":{"name":"here"}}}\n');
    const question = await session.until((message) => message.method === 'elicitation/create', 'the question');
    const [key] = Object.keys(question.params.requestedSchema.properties);
    session.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { [key]: 'allow' } } });
    assertOk(await session.answerTo('own'));
    assertOk(await session.request('ping'));
    assert.ok(session.messages.every((message) => !message.broken));
    await session.close();
  },

  'a question is answered once': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    session.send('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"asked","arguments":{}}}\n');
    const question = await session.until((message) => message.method === 'elicitation/create', 'the question');
    const [key] = Object.keys(question.params.requestedSchema.properties);
    const say = (value) => session.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { [key]: value } } });
    say('deny');
    say('allow');
    assertDenied(await session.answerTo('a'));
    await session.settled();
    assert.equal(reached(session, '"asked"'), 0);
    await session.close();
  },

  'a call that is cancelled while a person thinks does not run later': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    session.send('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"asked","arguments":{}}}\n');
    const question = await session.until((message) => message.method === 'elicitation/create', 'the question');
    session.notify('notifications/cancelled', { requestId: 'a' });
    const [key] = Object.keys(question.params.requestedSchema.properties);
    session.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { [key]: 'allow' } } });
    await session.settled();
    assert.equal(reached(session, '"asked"'), 0);
    await session.close();
  },

  'a question that waits can be answered at a terminal, and then nowhere else': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    session.send('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"asked","arguments":{"n":1}}}\n');
    const question = await session.until((message) => message.method === 'elicitation/create', 'the question');
    const [waiting] = JSON.parse(person(scratch, 'approvals', '--json', ...stateOf(scratch)));
    await atTerminal(scratch, 'y\n', 'approve', waiting.code);
    assertOk(await session.answerTo('a'));
    const { params } = await session.until((message) => message.method === 'notifications/cancelled', 'the end of the question');
    assert.equal(params.requestId, question.id);
    session.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { answer: 'allow' } } });
    await session.settled();
    assert.equal(reached(session, '"asked"'), 1, 'one question, one call');
    await session.close();
  },

  'who says no in the client takes back what is said at a terminal at the same time': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    session.send('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"asked","arguments":{"n":1}}}\n');
    const question = await session.until((message) => message.method === 'elicitation/create', 'the question');
    const [waiting] = JSON.parse(person(scratch, 'approvals', '--json', ...stateOf(scratch)));
    session.child.kill('SIGSTOP');
    await atTerminal(scratch, 'y\n', 'approve', waiting.code);
    session.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { answer: 'deny' } } });
    session.child.kill('SIGCONT');
    const answer = await session.answerTo('a');
    const again = await session.request('ping');
    assertOk(again);
    assert.equal(reached(session, '"asked"'), answer.result.isError ? 0 : 1, answer.raw);
    assert.deepEqual(JSON.parse(person(scratch, 'approvals', '--json', ...stateOf(scratch))), [], 'nothing is left for another call');
    await session.close();
  },

  'an answer that cannot be read is as good as none': async (scratch) => {
    const session = await startProxy(scratch, { capabilities: asking });
    for (const [id, result] of Object.entries({ a: 'null', b: '[]', c: '{"action":NaN}', d: '{"action":"accept","action":"accept"}' })) {
      session.send(`{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"asked","arguments":{"id":"${id}"}}}\n`);
      const isNew = (message) => message.method === 'elicitation/create' && message.params.message.includes(`"${id}"`);
      const question = await session.until(isNew, 'the question');
      session.send(`{"jsonrpc":"2.0","id":"${question.id}","result":${result}}\n`);
      assertDenied(await session.answerTo(id), /nobody answered here/);
    }
    assert.equal(reached(session, '"asked"'), 0);
    await session.close();
  },

  'a no is on record with the rule that asked': async (scratch) => {
    const no = (key) => ({ action: 'accept', content: { [key]: 'deny' } });
    await refusing(no)(scratch);
    const [denied] = trail(scratch).filter((event) => event.event === 'confirm.denied');
    assert.deepEqual(
      [denied.decision, denied.reason, denied.capability, denied.rule],
      ['deny', 'confirm_required', 'mcp.t.asked', '.aex/policy.aex:5'],
    );
  },

  "a server's own method needs an allow that spells it out": async (scratch) => {
    const policy = policyOf('allow mcp.t.*', 'allow mcp.t.vendor.spelled', 'confirm before mcp.t.vendor.asked');
    const session = await startProxy(scratch, { policy });
    for (const method of ['vendor/other', 'vendor/asked', 'Tools/call', 'notifications/progress']) {
      assertError(await session.request(method, { x: 1 }), -32601);
    }
    assert.equal(session.lines().length, 0);
    await session.request('vendor/spelled', { x: 1 });
    assert.equal(session.lines().length, 1);
    await session.close();
    const methods = trail(scratch).map((event) => [event.method, event.decision]);
    assert.deepEqual(methods, [['vendor/other', 'deny'], ['vendor/asked', 'deny'], ['vendor/spelled', 'allow']]);
  },

  'a yes to one method is none to another': async (scratch) => {
    const policy = policyOf('allow mcp.t.*, mcp.t.row.show, mcp.t.row.drop', 'confirm before mcp.t.row.*, mcp.t.prompts.get, mcp.t.same');
    const session = await startProxy(scratch, { policy });
    const shown = await session.request('row/show', { which: 'main' });
    assert.match(shown.error.message, /row\/show/);
    await atTerminal(scratch, 'y\n', 'approve', codeIn(shown));
    assertError(await session.request('row/drop', { which: 'main' }), -32601);
    const prompt = await session.request('prompts/get', { name: 'same' });
    await atTerminal(scratch, 'y\n', 'approve', codeIn(prompt));
    assertDenied(await session.call('same', { name: 'same' }), /aex approve/);
    assert.equal(session.lines().length, 0);
    await session.close();
  },

  "a server's own methods are charged, and have names that no tool has": async (scratch) => {
    const policy = policyOf('allow mcp.t.row.drop, mcp.t.echo, mcp.t.resources.read', 'budget calls=2');
    const session = await startProxy(scratch, { policy });
    for (let i = 0; i < 4; i++) {
      await session.request('row/drop', { i });
    }
    assert.equal(session.lines().length, 2);
    assertError(await session.request('echo', {}), -32601);
    assertError(await session.request('resources.read', { uri: 'x:y' }), -32601);
    assert.equal(session.lines().length, 2);
    await session.close();
  },

  'the trail knows who called in the era of 2026-07-28': async (scratch) => {
    const session = await startProxy(scratch, { hello: false });
    const meta = { ...modernMeta, 'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '1' } };
    assertOk(await session.request('tools/call', { name: 'echo', arguments: {}, _meta: meta }));
    await session.close();
    assert.equal(trail(scratch).at(-1).agent, 'modern');
  },

  '--observe: what is refused all the same is not said to have been let through': async (scratch) => {
    const options = ['--observe', '--server-kind', 'filesystem'];
    const session = await startProxy(scratch, { options });
    assertDenied(await session.call('write_file', { path: '.aex/policy.aex', content: '' }), /boundary/);
    assertOk(await session.call('denied'));
    await session.close();
    const [refused, through] = trail(scratch);
    assert.deepEqual([refused.observed, through.observed], [undefined, true]);
  },

  'with a code: approved at a terminal, the same call passes once, and no other': async (scratch) => {
    const session = await startProxy(scratch);
    const first = await session.call('asked', { path: 'canary.txt', n: 1 });
    assertDenied(first, /aex approve/);
    assert.match(await approve(scratch, first), /canary\.txt/);
    assertDenied(await session.call('asked', { path: 'other.txt', n: 1 }), /aex approve/);
    assertOk(await session.call('asked', { path: 'canary.txt', n: 1 }));
    assertDenied(await session.call('asked', { path: 'canary.txt', n: 1 }), /aex approve/);
    assert.equal(reached(session, 'canary.txt'), 1);
    assert.equal(reached(session, 'other.txt'), 0);
    await session.close();
  },

  'with a code: members in another order are the same call, a number spelled otherwise is not': async (scratch) => {
    const session = await startProxy(scratch);
    await approve(scratch, await session.call('asked', { a: 'x', n: 1 }));
    const say = async (id, args) => {
      session.send(`{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"asked","arguments":${args}}}\n`);
      return session.answerTo(id);
    };
    assertDenied(await say('other', '{"a":"x","n":1.0}'), /aex approve/);
    assertOk(await say('same', '{"n":1,"a":"x"}'));
    assert.equal(reached(session, '"asked"'), 1);
    await session.close();
  },

  'with a code: who says no is heard, and a retry does not run': async (scratch) => {
    const session = await startProxy(scratch);
    const first = await session.call('asked', { n: 1 });
    await atTerminal(scratch, '', 'deny', codeIn(first), '--reason', 'use the other file');
    assertDenied(await session.call('asked', { n: 1 }), /use the other file/);
    assert.equal(reached(session, '"asked"'), 0);
    await session.close();
  },

  'with a code: not even a restarted proxy takes a question for an answer': async (scratch) => {
    const first = await startProxy(scratch);
    assertDenied(await first.call('asked', { n: 1 }), /aex approve/);
    await first.close();
    const second = await startProxy(scratch, { policy: null });
    assertDenied(await second.call('asked', { n: 1 }), /aex approve/);
    assert.equal(reached(second, '"asked"'), 0);
    await second.close();
  },

  'in the era of 2026-07-28 an unapproved call does not run either': async (scratch) => {
    const session = await startProxy(scratch, { hello: false });
    const answer = await session.request('tools/call', { name: 'asked', arguments: {}, _meta: modernMeta });
    assert.ok(answer.result?.isError || answer.result?.resultType === 'input_required', answer.raw);
    assert.equal(reached(session, '"asked"'), 0);
    await session.close();
  },

  '--auto-confirm lets it through, and it is written down as such': async (scratch) => {
    const session = await startProxy(scratch, { options: ['--auto-confirm'] });
    assertOk(await session.call('asked', { n: 1 }));
    assertDenied(await session.call('denied'));
    await session.close();
    assert.ok(session.events().some((event) => event.event === 'confirm.auto_approved'));
    assert.ok(trail(scratch).some((event) => event.event === 'confirm.auto_approved'));
  },

  'the environment and the workspace cannot switch that on': async (scratch) => {
    scratch.write('.aex/config', 'auto-confirm = true\n');
    const env = { AEX_AUTO_CONFIRM: '1', AEX_OBSERVE: '1', AEX_DRY_RUN: '1', AEX_POLICY: '/dev/null', AEX_NOW: '0', AEX_HOME: scratch.project };
    const session = await startProxy(scratch, { env });
    assertDenied(await session.call('asked', { n: 1 }));
    assertDenied(await session.call('denied'));
    assert.equal(session.lines().length, 0);
    await session.close();
  },

  '--observe lets it through, and writes down what would have been': async (scratch) => {
    const session = await startProxy(scratch, { options: ['--observe'] });
    assertOk(await session.call('denied', { n: 1 }));
    session.send('[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"denied"}}]\n');
    await session.settled();
    assert.equal(reached(session, '"denied"'), 1, 'but not what is malformed');
    await session.close();
    assert.ok(trail(scratch).some((event) => event.tool === 'denied' && event.decision === 'deny'));
  },

  '--dry-run lets nothing through': async (scratch) => {
    const session = await startProxy(scratch, { options: ['--dry-run'] });
    await session.call('echo', { n: 1 });
    assert.equal(session.lines().length, 0);
    await session.close();
    assert.ok(trail(scratch).some((event) => event.tool === 'echo' && event.decision === 'allow'));
  },

  'a contract alone is the boundary': async (scratch) => {
    scratch.write('tasks/one.aex', 'task one v0\n\ngoal "One tool."\n\nuse mcp.t.echo\n\nreturn { status: "done" }\n');
    const session = await startProxy(scratch, { policy: null, options: ['--contract', scratch.path('tasks/one.aex')] });
    assertOk(await session.call('echo', { n: 1 }));
    assertDenied(await session.call('blob', { size: 1 }));
    assert.equal(session.lines().length, 1);
    await session.close();
  },
});
