// SPDX-License-Identifier: Apache-2.0
// A model that says what a scenario tells it to: an HTTP server on a loopback port of its own choosing.
//
// A scenario is { steps: [STEP...], conversations?: { MARKER: [STEP...] }, side?: TEXT }. Each request of the main
// conversation takes the next step, in order; a conversation whose first message holds MARKER (a subagent's) takes
// its own list. Side requests (titles, classifiers: anything without tools) are answered with `side` and take
// nothing. A STEP is
//
//   { expect?: { contains?: [TEXT...], lacks?: [TEXT...], offers?: [TOOL...] },   about the request:
//                                       its newest message, and the tools it offers
//     meanwhile?: async (TEXT) => {...},  what others do while the model thinks, given the newest message
//     reply?:  [ { text: TEXT } | { tool: NAME, input: {...}, id?: ID }... ],      what the model answers
//     fault?:  { status: 529, body?: TEXT } | { close: true } }                    or what goes wrong instead
//
// A request that is not as expected, or for which no step is left, is a problem: it is refused with status 400, which
// no client repeats. finish() gives all problems, steps that nobody took included. Every exchange is appended
// to the transcript file as one JSON line.
//
// The wire format is an adapter's: anthropic-messages.mjs and openai-responses.mjs.
import fs from 'node:fs';
import http from 'node:http';

/** Of a message that is not as expected: the transcript has it whole. */
const LONGEST_SHOWN = 1000;

/** Starts the server. Resolves to { url, requests, finish() }; finish() closes it and returns the problems. */
export async function startModelServer(scenario, { adapters, transcript }) {
  const problems = [];
  const requests = [];
  const queues = {
    main: [...(scenario.steps ?? [])],
    ...Object.fromEntries(Object.entries(scenario.conversations ?? {}).map(([name, steps]) => [name, [...steps]])),
  };
  const nextId = counter();

  const server = http.createServer(async (request, response) => {
    const text = await readAll(request);
    const adapter = adapters.find((one) => one.accepts(request));
    const exchange = { method: request.method, url: request.url, body: parse(text) };
    requests.push(exchange);
    if (adapter === undefined || exchange.body === null) {
      exchange.answer = { status: 404 };
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    } else {
      exchange.answer = await choose(adapter, exchange.body);
      send(adapter, response, exchange.body, exchange.answer);
    }
    if (transcript !== undefined) {
      fs.appendFileSync(transcript, `${JSON.stringify(exchange)}\n`);
    }
  });

  async function choose(adapter, body) {
    if (adapter.isSide(body)) {
      return { reply: [{ text: scenario.side ?? 'ok' }] };
    }
    const opening = adapter.firstText(body);
    const marker = Object.keys(scenario.conversations ?? {}).find((one) => opening.includes(one));
    const step = queues[marker ?? 'main'].shift();
    if (step === undefined) {
      return refuse(`the conversation "${marker ?? 'main'}" has no step left`);
    }
    const mismatch = compare(step.expect ?? {}, adapter.newestText(body), adapter.offeredTools(body));
    if (mismatch !== null) {
      return refuse(mismatch);
    }
    try {
      await step.meanwhile?.(adapter.newestText(body));
    } catch (error) {
      return refuse(`meanwhile: ${error.stack}`);
    }
    if (step.fault !== undefined) {
      return step.fault;
    }
    const reply = step.reply.map((part) => (part.tool === undefined ? part : { id: nextId(), ...part }));
    return { reply };
  }

  function refuse(problem) {
    problems.push(problem);
    return { status: 400, body: `{"type":"error","error":{"type":"invalid_request_error","message":${JSON.stringify(problem)}}}` };
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    finish() {
      server.closeAllConnections();
      server.close();
      for (const [name, steps] of Object.entries(queues)) {
        if (steps.length > 0) {
          problems.push(`${steps.length} steps of the conversation "${name}" were not taken; next: ${JSON.stringify(steps[0])}`);
        }
      }
      return problems;
    },
  };
}

function compare({ contains = [], lacks = [], offers = [] }, text, tools) {
  for (const part of contains) {
    if (!text.includes(part)) {
      return `expected ${JSON.stringify(part)} in the newest message: ${text.slice(0, LONGEST_SHOWN)}`;
    }
  }
  for (const part of lacks) {
    if (text.includes(part)) {
      return `did not expect ${JSON.stringify(part)} in the newest message: ${text.slice(0, LONGEST_SHOWN)}`;
    }
  }
  for (const tool of offers) {
    if (!tools.includes(tool)) {
      return `expected the tool ${tool} among those offered: ${tools.join(' ')}`;
    }
  }
  return null;
}

function send(adapter, response, body, answer) {
  if (answer.close) {
    response.destroy();
  } else if (answer.status !== undefined) {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body ?? '{"type":"error","error":{"type":"api_error","message":"scripted fault"}}');
  } else {
    adapter.reply(response, body, answer.reply);
  }
}

function counter() {
  let last = 0;
  return () => `toolu_scripted_${String(++last).padStart(3, '0')}`;
}

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
