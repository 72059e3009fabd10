// SPDX-License-Identifier: Apache-2.0
// The server that the official conformance suite asks for (its tools, resources and prompts by name), on standard streams, in
// both eras. It is here to be as complete as can be without HTTP: what it passes, it must pass behind the proxy.
import { createHmac } from 'node:crypto';
import readline from 'node:readline';

import { taskExtension, taskMethods, taskTools } from './conformance-tasks.mjs';

const PREFIX = 'io.modelcontextprotocol/';
const MODERN = '2026-07-28';
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const silence = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (value) => ({ type: 'text', text: value });
const image = { type: 'image', data: pixel, mimeType: 'image/png' };
const embedded = (uri, mimeType, value) => ({ type: 'resource', resource: { uri, mimeType, text: value } });
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
const fault = (code, message, data) => Object.assign(new Error(message), { code, data });
const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const notify = (method, params) => write({ method, params });

let nextId = 1;
const asked = new Map();
let clientCapabilities = {};
const listeners = new Map(); // id of subscriptions/listen -> what it wants

/** Asks the client, in the era where a server may. */
function ask(method, params) {
  const id = `server-${nextId++}`;
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject });
    write({ id, method, params });
  });
}

async function elicit(requestedSchema, message = 'Please answer') {
  if (!clientCapabilities.elicitation) {
    return { isError: true, content: [text('The client cannot be asked')] };
  }
  const answer = await ask('elicitation/create', { message, requestedSchema });
  return { content: [text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content)}`)] };
}

const objectOf = (properties, required = []) => ({ type: 'object', properties, required });
const titled = (values) => values.map(([value, title]) => ({ const: value, title }));

const defaults = objectOf({
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
});
const options = ['option1', 'option2', 'option3'];
const enums = objectOf({
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled([['value1', 'First Option'], ['value2', 'Second Option']]) },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled([['value1', 'First Choice'], ['value2', 'Second Choice']]) } },
});

// What the modern era asks for inside a result.
const sign = (state) => `${state}.${createHmac('sha256', 'a key of this test').update(state).digest('hex')}`;
const elicitation = (message, name) => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: objectOf({ [name]: { type: 'string' } }, [name]) },
});
const sampling = (question, maxTokens = 100) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: text(question) }], maxTokens },
});
const roots = { method: 'roots/list', params: {} };
const required = (inputRequests, state) => ({
  resultType: 'input_required',
  inputRequests,
  ...(state === undefined ? {} : { requestState: sign(state) }),
});

/** A tool that needs these inputs before it is done. */
const needing = (inputRequests, done, state) => (params) => {
  const given = params.inputResponses ?? {};
  if (params.requestState !== undefined && params.requestState !== sign(state ?? '')) {
    throw fault(-32602, 'requestState was tampered with');
  }
  const complete = Object.keys(inputRequests).every((key) => typeof given[key] === 'object' && given[key] !== null);
  return complete && done(given) !== undefined ? done(given) : required(inputRequests, state);
};
const said = (value) => ({ content: [text(value)] });
const name = { user_name: elicitation('What is your name?', 'name') };
const greet = ({ user_name: answer }) =>
  answer.action === 'accept' && typeof answer.content?.name === 'string' ? said(`Hello, ${answer.content.name}!`) : undefined;

function multiRound(params) {
  const step = (number, question, key) => ({ [`step${number}`]: elicitation(`Step ${number}: ${question}`, key) });
  if (params.inputResponses?.step2 && params.requestState === sign('round-2')) {
    return said('All rounds are done');
  }
  if (params.inputResponses?.step1 && params.requestState === sign('round-1')) {
    return required(step(2, 'What is your favorite color?', 'color'), 'round-2');
  }
  return required(step(1, 'What is your name?', 'name'), 'round-1');
}

function byCapability(params) {
  const can = params._meta?.[`${PREFIX}clientCapabilities`] ?? {};
  return required({
    ...(can.sampling ? { question: sampling('Hello?') } : {}),
    ...(can.elicitation ? name : {}),
  });
}

async function progress(params) {
  const progressToken = params._meta?.progressToken;
  for (const done of [0, 50, 100]) {
    if (progressToken !== undefined) {
      notify('notifications/progress', { progressToken, progress: done, total: 100 });
    }
    await pause();
  }
  return said('Done');
}

async function logging(params) {
  const meta = params._meta ?? {};
  const wanted = isLegacy || meta[`${PREFIX}logLevel`] !== undefined;
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    if (wanted) {
      notify('notifications/message', { level: 'info', data });
    }
    await pause();
  }
  return said('Logged');
}

async function sample(params) {
  if (!clientCapabilities.sampling) {
    return { isError: true, content: [text('The client has no model')] };
  }
  const answer = await ask('sampling/createMessage', sampling(params.arguments?.prompt).params);
  return said(`LLM response: ${answer.content?.text}`);
}

function needCapability() {
  const data = { requiredCapabilities: { sampling: {} } };
  throw fault(-32021, 'the client must be able to sample', data);
}

function changed(kind) {
  for (const [id, wanted] of listeners) {
    if (wanted[`${kind}ListChanged`]) {
      notify(`notifications/${kind}/list_changed`, { _meta: { [`${PREFIX}subscriptionId`]: id } });
    }
  }
  return said('Changed');
}

const tools = {
  test_simple_text: () => said('This is a simple text response for testing.'),
  test_image_content: () => ({ content: [image] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: silence, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }),
  test_multiple_content_types: () => ({
    content: [
      text('Multiple content types test:'),
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }),
  test_tool_with_logging: logging,
  test_logging_tool: logging,
  test_tool_with_progress: progress,
  test_error_handling: () => ({ isError: true, content: [text('This tool intentionally returns an error for testing')] }),
  test_sampling: sample,
  test_elicitation: (params) =>
    elicit(objectOf({ username: { type: 'string' }, email: { type: 'string' } }, ['username', 'email']), params.arguments?.message),
  test_elicitation_sep1034_defaults: () => elicit(defaults),
  test_elicitation_sep1330_enums: () => elicit(enums),
  test_missing_capability: needCapability,
  test_trigger_tool_change: () => changed('tools'),
  test_trigger_prompt_change: () => changed('prompts'),
  test_input_required_result_elicitation: needing(name, greet),
  test_input_required_result_sampling: needing({ capital_question: sampling('What is the capital of France?') }, (given) =>
    said(`It is ${given.capital_question.content?.text}`),
  ),
  test_input_required_result_list_roots: needing({ client_roots: roots }, (given) =>
    said(`Roots: ${JSON.stringify(given.client_roots.roots)}`),
  ),
  test_input_required_result_request_state: needing(
    { confirm: { method: 'elicitation/create', params: { message: 'Please confirm', requestedSchema: objectOf({ ok: { type: 'boolean' } }, ['ok']) } } },
    () => said('state-ok'),
    'confirm',
  ),
  test_input_required_result_multiple_inputs: needing(
    { ...name, greeting: sampling('Generate a greeting', 50), client_roots: roots },
    () => said('All were given'),
    'multiple',
  ),
  test_input_required_result_multi_round: multiRound,
  test_input_required_result_tampered_state: needing({ confirm: elicitation('Please confirm', 'ok') }, () => said('Intact'), 'tamper'),
  test_input_required_result_capabilities: byCapability,
  test_streaming_elicitation: needing(name, greet),
  json_schema_2020_12_tool: () => said('Valid'),
  ...taskTools,
};

/** Keywords that nothing on the way may lose. */
const richSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: { $anchor: 'addressDef', type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

const prompt = (...content) => ({ messages: content.map((one) => ({ role: 'user', content: one })) });
const prompts = {
  test_simple_prompt: () => prompt(text('This is a simple prompt for testing.')),
  test_prompt_with_arguments: ({ arguments: { arg1, arg2 } }) =>
    prompt(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  test_prompt_with_embedded_resource: ({ arguments: { resourceUri } }) =>
    prompt(embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'), text('Please process the embedded resource above.')),
  test_prompt_with_image: () => prompt(image, text('Please analyze the image above.')),
  test_input_required_result_prompt: needing({ user_context: elicitation('What context should the prompt use?', 'context') }, (given) =>
    prompt(text(`In the context of ${given.user_context.content?.context}`)),
  ),
};
const promptArguments = {
  test_prompt_with_arguments: ['arg1', 'arg2'],
  test_prompt_with_embedded_resource: ['resourceUri'],
};

function read({ uri }) {
  const [, id] = /^test:\/\/template\/([^/]+)\/data$/.exec(uri) ?? [];
  const contents = {
    'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
    'test://static-binary': { mimeType: 'image/png', blob: pixel },
    'test://watched-resource': { mimeType: 'text/plain', text: 'Watched.' },
    [`test://template/${id}/data`]: {
      mimeType: 'application/json',
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    },
  }[uri];
  if (contents === undefined) {
    throw fault(-32602, 'Resource not found', { uri });
  }
  return { contents: [{ uri, ...contents }], ...caching };
}

const caching = { ttlMs: 1000, cacheScope: 'public' };
const describe = (uri) => ({ uri, name: uri.slice(7), description: `The resource ${uri}.`, mimeType: 'text/plain' });
const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  logging: {},
  completions: {},
  extensions: taskExtension,
};
const serverInfo = { name: 'conformance', version: '1' };

function listen(params, id) {
  listeners.set(id, params.notifications ?? {});
  const wanted = Object.fromEntries(Object.entries(params.notifications ?? {}).filter(([key]) => /ListChanged$/.test(key)));
  notify('notifications/subscriptions/acknowledged', { _meta: { [`${PREFIX}subscriptionId`]: id }, notifications: wanted });
  return undefined; // answered when it ends
}

const both = {
  'tools/list': () => ({
    tools: Object.keys(tools).map((key) => ({ name: key, description: `For the check of ${key}.`, inputSchema: key.startsWith('json') ? richSchema : objectOf({}) })),
    ...caching,
  }),
  'tools/call': (params) => {
    if (!Object.hasOwn(tools, params.name)) {
      throw fault(-32602, `unknown tool ${params.name}`);
    }
    return tools[params.name](params);
  },
  'resources/list': () => ({ resources: ['test://static-text', 'test://static-binary', 'test://watched-resource'].map(describe), ...caching }),
  'resources/templates/list': () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', description: 'A template.' }],
    ...caching,
  }),
  'resources/read': read,
  'prompts/list': () => ({
    prompts: Object.keys(prompts).map((key) => ({
      name: key,
      description: `For the check of ${key}.`,
      arguments: (promptArguments[key] ?? []).map((argument) => ({ name: argument, description: 'An argument.', required: true })),
    })),
    ...caching,
  }),
  'prompts/get': (params) => {
    if (!Object.hasOwn(prompts, params.name)) {
      throw fault(-32602, `unknown prompt ${params.name}`);
    }
    return prompts[params.name]({ arguments: {}, ...params });
  },
  'completion/complete': () => ({ completion: { values: ['paris', 'park', 'party'], total: 150, hasMore: false } }),
};

const legacy = {
  ...both,
  initialize: (params) => {
    clientCapabilities = params.capabilities ?? {};
    return { protocolVersion: params.protocolVersion, capabilities, serverInfo };
  },
  ping: () => ({}),
  'logging/setLevel': () => ({}),
  'resources/subscribe': () => ({}),
  'resources/unsubscribe': () => ({}),
};

const modern = {
  ...both,
  ...taskMethods,
  'server/discover': () => ({ supportedVersions: [MODERN], capabilities, serverInfo, _meta: { [`${PREFIX}serverInfo`]: serverInfo }, ...caching }),
  'subscriptions/listen': listen,
};

/** Throws as the modern era wants it when a request does not say what it is. */
function checkMeta({ _meta: meta }) {
  const version = meta?.[`${PREFIX}protocolVersion`];
  if (version === undefined || typeof meta[`${PREFIX}clientCapabilities`] !== 'object') {
    throw fault(-32602, '_meta must name the protocol version and the capabilities');
  }
  if (version !== MODERN) {
    throw fault(-32022, 'unsupported protocol version', { supported: [MODERN], requested: version });
  }
}

async function answer({ id, method, params = {} }) {
  const methods = isLegacy ? legacy : modern;
  if (!isLegacy) {
    checkMeta(params);
  }
  if (!Object.hasOwn(methods, method)) {
    throw fault(-32601, `no method ${method}`);
  }
  const result = await methods[method](params, id);
  return methods === modern && result !== undefined ? { resultType: 'complete', ...result } : result;
}

let isLegacy = false; // whoever initialises stays in that era
async function take(line) {
  const message = JSON.parse(line);
  if (message.method === undefined) {
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    return message.error ? waiting?.reject(fault(message.error.code, message.error.message)) : waiting?.resolve(message.result);
  }
  if (message.id === undefined) {
    listeners.delete(message.params?.requestId);
    return;
  }
  isLegacy ||= message.method === 'initialize' && message.params?._meta?.[`${PREFIX}protocolVersion`] === undefined;
  try {
    const result = await answer(message);
    if (result !== undefined) {
      write({ id: message.id, result });
    }
  } catch ({ code = -32603, message: why, data }) {
    write({ id: message.id, error: { code, message: why, ...(data === undefined ? {} : { data }) } });
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  take(line);
}
process.exit(0); // whatever is still at work: nobody would hear of it
