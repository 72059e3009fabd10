// SPDX-License-Identifier: Apache-2.0
// `aex proxy` between the official clients (SDK 1.x, 2.x in both eras, the Inspector) and real servers from npm: what is allowed
// is as without it, what is denied never reaches the server, lists show what can be called.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { acceptPolicy, policyOf, proxyWords, trail } from '../support/mcp/proxy.mjs';
import { clients, inspect, modernClient, npmServer } from './support/clients.mjs';
import { ensureInstalled } from './support/install.mjs';
import { bareEnvironment } from './support/scratch.mjs';
import { runTests } from './support/tap.mjs';

const META = /^aex[._]/;
const own = (things) => things.filter((thing) => !META.test(thing.name));
const names = (things) => own(things).map((thing) => thing.name);
const conformance = [process.execPath, fileURLToPath(new URL('support/conformance-server.mjs', import.meta.url))];

/** The server with a copy of all it is sent in a file. */
const recorded = (scratch, words) => ['sh', '-c', 'tee -a "$0" | "$@"', path.join(scratch.root, 'record'), ...words];
const sent = (scratch) => fs.readFileSync(path.join(scratch.root, 'record'), 'utf8');

const place = (scratch, extra = {}) => ({ cwd: scratch.project, env: bareEnvironment(scratch), ...extra });

/** Connects through the proxy, uses the connection, and closes it. */
async function through(connect, scratch, { policy, server, name, options, ...extra }, use) {
  acceptPolicy(scratch, policy);
  const connection = await connect(proxyWords(scratch, server, options, name), place(scratch, extra));
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** A refusal, in whichever form it comes. */
async function assertRefused(promise, pattern = /./) {
  let outcome;
  try {
    outcome = await promise;
  } catch (error) {
    assert.match(error.message, pattern);
    return;
  }
  assert.equal(outcome.isError, true, JSON.stringify(outcome));
  assert.match(JSON.stringify(outcome.content), pattern);
}

/** What there is to see of the server for everything. Its documents tell nothing about the proxy, their names do. */
async function look(connection) {
  const completable = { ref: { type: 'ref/prompt', name: 'completable-prompt' }, argument: { name: 'department', value: 'E' } };
  return {
    server: connection.server(),
    instructions: connection.instructions(),
    tools: own(await connection.tools()),
    resources: await connection.resources(),
    templates: await connection.templates(),
    prompts: await connection.prompts(),
    echo: await connection.call('echo', { message: 'a\u2028b\ud83d\ude00 "\\' }),
    sum: await connection.call('get-sum', { a: 0.1, b: 9007199254740991 }),
    image: await connection.call('get-tiny-image'),
    annotated: await connection.call('get-annotated-message', { messageType: 'error', includeImage: true }),
    structured: await connection.call('get-structured-content', { location: 'Chicago' }),
    links: await connection.call('get-resource-links', { count: 3 }),
    document: await connection.read('demo://resource/static/document/features.md'),
    prompt: await connection.prompt('args-prompt', { city: 'Ghent' }),
    completion: await connection.complete(completable),
    wrong: await connection.call('get-sum', { a: 'x' }).catch((error) => ({ code: error.code, message: error.message })),
  };
}

const tests = {};
for (const [client, connect] of Object.entries(clients)) {
  tests[`${client}, everything: with all allowed all is as without the proxy`] = async (scratch) => {
    const server = npmServer('everything');
    const direct = await connect(server, place(scratch));
    const wanted = await look(direct);
    await direct.close();
    const policy = policyOf('allow mcp.everything.*, secrets.read:/**'); // its environment is a secret
    const got = await through(connect, scratch, { policy, server, name: 'everything' }, look);
    assert.deepEqual(got, wanted);
  };

  tests[`${client}, everything: a server that asks the client`] = async (scratch) => {
    const server = npmServer('everything');
    const answered = [];
    const extra = {
      capabilities: { sampling: {}, elicitation: {}, roots: {} },
      handlers(on) {
        on('CreateMessage', (params) => {
          answered.push(params);
          return { role: 'assistant', model: 'none', content: { type: 'text', text: 'sampled' } };
        });
        on('ListRoots', () => ({ roots: [] }));
        on('Elicit', () => ({ action: 'decline' }));
      },
    };
    const ask = (connection) => connection.call('trigger-sampling-request', { prompt: 'x', maxTokens: 5 });
    const allowed = policyOf('allow mcp.everything.*');
    const result = await through(connect, scratch, { policy: allowed, server, name: 'everything', ...extra }, ask);
    assert.match(JSON.stringify(result), /sampled/);
    assert.equal(answered.length, 1);
    const denied = policyOf('allow mcp.everything.*', 'deny mcp.everything.sampling.*');
    await assertRefused(through(connect, scratch, { policy: denied, server, name: 'everything', ...extra }, ask));
    assert.equal(answered.length, 1, 'the denied question did not reach the client');
  };

  tests[`${client}, memory: reading is allowed, forgetting is not`] = async (scratch) => {
    const policy = policyOf('allow mcp.memory.read_graph, mcp.memory.create_entities', 'deny mcp.memory.delete_entities');
    const server = recorded(scratch, npmServer('memory'));
    const env = { ...bareEnvironment(scratch), MEMORY_FILE_PATH: scratch.path('memory.jsonl') };
    await through(connect, scratch, { policy, server, name: 'memory', env }, async (memory) => {
      assert.deepEqual(names(await memory.tools()).sort(), ['create_entities', 'read_graph']);
      const entity = { name: 'aex', entityType: 'program', observations: ['decides'] };
      await memory.call('create_entities', { entities: [entity] });
      await assertRefused(memory.call('delete_entities', { entityNames: ['aex'] }));
      await assertRefused(memory.call('search_nodes', { query: 'aex' }));
      const { structuredContent } = await memory.call('read_graph');
      assert.equal(structuredContent.entities.length, 1);
    });
    assert.match(sent(scratch), /create_entities/);
    assert.doesNotMatch(sent(scratch), /delete_entities|search_nodes/);
    assert.deepEqual(
      trail(scratch).flatMap((record) => (/entities|nodes/.test(record.tool) ? [record.decision] : [])),
      ['allow', 'deny', 'deny'],
    );
  };

  tests[`${client}, filesystem: scopes mean paths`] = async (scratch) => {
    const policy = policyOf('allow file.read:src/**, file.write:src/out/**');
    scratch.write('src/a.txt', 'in the scope\n');
    scratch.write('src/out/old.txt', 'old\n');
    scratch.write('private/b.txt', 'canary\n');
    scratch.write('src/.env', 'KEY=canary\n');
    const server = recorded(scratch, npmServer('filesystem', scratch.project));
    const options = ['--server-kind', 'filesystem'];
    await through(connect, scratch, { policy, server, name: 'files', options }, async (files) => {
      const listed = names(await files.tools());
      assert.ok(listed.includes('read_text_file') && listed.includes('write_file'), listed.join(' '));
      assert.match(JSON.stringify(await files.call('read_text_file', { path: scratch.path('src/a.txt') })), /in the scope/);
      await assertRefused(files.call('read_text_file', { path: scratch.path('private/b.txt') }), /private/);
      await assertRefused(files.call('read_text_file', { path: scratch.path('src/../private/b.txt') }));
      await assertRefused(files.call('read_text_file', { path: scratch.path('src/.env') }), /secret/);
      await assertRefused(
        files.call('read_multiple_files', { paths: [scratch.path('src/a.txt'), scratch.path('private/b.txt')] }),
      );
      await files.call('write_file', { path: scratch.path('src/out/new.txt'), content: 'new\n' });
      await assertRefused(files.call('write_file', { path: scratch.path('src/a.txt'), content: 'x' }));
      await assertRefused(files.call('write_file', { path: scratch.path('.aex/policy.aex'), content: 'x' }));
      await assertRefused(
        files.call('move_file', { source: scratch.path('src/out/old.txt'), destination: scratch.path('private/c.txt') }),
      );
    });
    assert.ok(scratch.exists('src/out/new.txt'));
    assert.ok(!scratch.exists('private/c.txt') && scratch.exists('src/out/old.txt'));
    assert.equal(fs.readFileSync(scratch.path('src/a.txt'), 'utf8'), 'in the scope\n');
    assert.doesNotMatch(sent(scratch), /private|\.env|\.aex/);
  };
}

/** A call on the filesystem server without any word of what kind of server it is: the command says so. */
tests['the filesystem server is known by its command'] = async (scratch) => {
  const policy = policyOf('allow file.read:src/**');
  scratch.write('src/a.txt', 'in the scope\n');
  const server = npmServer('filesystem', scratch.project);
  await through(clients['SDK 1.x'], scratch, { policy, server, name: 'files' }, async (files) => {
    assert.ok(!names(await files.tools()).includes('write_file'), 'no arguments could be allowed');
    assert.match(JSON.stringify(await files.call('read_text_file', { path: scratch.path('src/a.txt') })), /in the scope/);
  });
};

tests['SDK 2.x, modern: all as without the proxy, and the denied never sent'] = async (scratch) => {
  const see = async (connection) => ({
    server: connection.server(),
    tools: own(await connection.tools()),
    prompts: await connection.prompts(),
    resources: await connection.resources(),
    text: await connection.call('test_simple_text'),
    mixed: await connection.call('test_multiple_content_types'),
    read: await connection.read('test://static-text'),
    prompt: await connection.prompt('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' }),
    asked: await connection.call('test_input_required_result_elicitation'),
  });
  const extra = {
    capabilities: { elicitation: { form: {} } },
    handlers: (on) => on('Elicit', () => ({ action: 'accept', content: { name: 'Ada' } })),
  };
  const direct = await modernClient(conformance, place(scratch, extra));
  const wanted = await see(direct);
  await direct.close();
  assert.match(JSON.stringify(wanted.asked), /Hello, Ada!/);
  const policy = policyOf('allow mcp.c.*');
  const got = await through(modernClient, scratch, { policy, server: conformance, name: 'c', ...extra }, see);
  assert.deepEqual(got, wanted);

  const narrow = policyOf('allow mcp.c.*', 'deny mcp.c.test_error_handling');
  const server = recorded(scratch, conformance);
  await through(modernClient, scratch, { policy: narrow, server, name: 'c' }, async (connection) => {
    assert.ok(!names(await connection.tools()).includes('test_error_handling'));
    await assertRefused(connection.call('test_error_handling'));
    assert.match(JSON.stringify(await connection.call('test_simple_text')), /simple text/);
  });
  assert.doesNotMatch(sent(scratch), /test_error_handling/);
};

tests['SDK 2.x, modern: a question that is denied does not reach the client'] = async (scratch) => {
  let asked = 0;
  const extra = {
    capabilities: { elicitation: { form: {} } },
    handlers: (on) =>
      on('Elicit', () => {
        asked++;
        return { action: 'accept', content: { name: 'Ada' } };
      }),
  };
  const policy = policyOf('allow mcp.c.*', 'deny mcp.c.elicitation.*');
  await through(modernClient, scratch, { policy, server: conformance, name: 'c', ...extra }, async (connection) => {
    await assertRefused(connection.call('test_input_required_result_elicitation'));
  });
  assert.equal(asked, 0);
};

/** What the Inspector prints of a result. */
async function inspected(scratch, server, method, options = []) {
  const run = await inspect(server, method, options, place(scratch));
  assert.ok(!run.timedOut, run.stderr);
  return run;
}

tests['the Inspector sees and calls what is allowed'] = async (scratch) => {
  const policy = policyOf('allow mcp.everything.echo, mcp.everything.get-sum, mcp.everything.resources.*');
  acceptPolicy(scratch, policy);
  const server = npmServer('everything');
  const proxied = proxyWords(scratch, recorded(scratch, server), [], 'everything');
  const call = ['--tool-name', 'echo', '--tool-arg', 'message=hi'];
  const [list, echo, direct, denied, resources, directResources] = await Promise.all([
    inspected(scratch, proxied, 'tools/list'),
    inspected(scratch, proxied, 'tools/call', call),
    inspected(scratch, server, 'tools/call', call),
    inspected(scratch, proxied, 'tools/call', ['--tool-name', 'get-env']),
    inspected(scratch, proxied, 'resources/list'),
    inspected(scratch, server, 'resources/list'),
  ]);
  assert.deepEqual(names(list.parsed.result.tools), ['echo', 'get-sum'], list.stderr);
  assert.deepEqual(echo.parsed, direct.parsed);
  assert.ok(denied.status !== 0 || denied.parsed?.result?.isError, denied.stdout);
  assert.deepEqual(resources.parsed, directResources.parsed);
  assert.doesNotMatch(sent(scratch), /get-env/);
};

tests['the Inspector in the modern era'] = async (scratch) => {
  acceptPolicy(scratch, policyOf('allow mcp.c.test_simple_text'));
  const proxied = proxyWords(scratch, recorded(scratch, conformance), [], 'c');
  const era = ['--protocol-era', 'modern'];
  const [list, call, denied] = await Promise.all([
    inspected(scratch, proxied, 'tools/list', era),
    inspected(scratch, proxied, 'tools/call', [...era, '--tool-name', 'test_simple_text']),
    inspected(scratch, proxied, 'tools/call', [...era, '--tool-name', 'greet']),
  ]);
  assert.deepEqual(names(list.parsed.result.tools), ['test_simple_text'], list.stderr);
  assert.match(call.stdout, /simple text response/);
  assert.ok(denied.status !== 0 || denied.parsed?.result?.isError, denied.stdout);
  assert.doesNotMatch(sent(scratch), /greet/);
};

await runTests(ensureInstalled, tests);
