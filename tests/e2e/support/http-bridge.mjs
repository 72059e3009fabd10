// SPDX-License-Identifier: Apache-2.0
// Streamable HTTP in front of an MCP server on standard streams, for suites that only speak HTTP. The HTTP layer's own duties
// (sessions, Origin, headers) are done here; of the messages only ids are touched, since many HTTP clients share one server
// in the era without sessions.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

import { Session } from '../../support/mcp/session.mjs';

const MODERN = '2026-07-28';
const modernStatus = { [-32601]: 404, [-32602]: 400, [-32020]: 400, [-32021]: 400, [-32022]: 400 };

/** One server process; its messages go to the HTTP response whose request they belong to, or else to the listening one. */
class Peer {
  #open = new Map(); // id given to the server -> { id, reply }
  #listening;
  #next = 1;

  constructor(words, options) {
    this.session = new Session(words, options);
    this.#read();
  }

  async #read() {
    for (let index = 0; ; ) {
      await this.session.until(() => this.session.messages.length > index, 'a message').catch(() => {});
      if (this.session.messages.length > index) {
        this.#route(this.session.messages[index++]);
      } else if (this.session.ended) {
        return;
      }
    }
  }

  #route({ raw, ...message }) {
    const request = message.method === undefined ? this.#open.get(message.id) : undefined;
    if (request !== undefined) {
      this.#open.delete(message.id);
      request.reply.finish({ ...message, id: request.id });
    } else if (message.method !== undefined) {
      const progress = this.#open.get(message.params?.progressToken);
      const latest = [...this.#open.values()].at(-1);
      (progress?.reply ?? this.#subscriber(message) ?? latest?.reply ?? this.#listening)?.stream(message);
    }
  }

  /** The listening request that a notification of the modern era names; its id is given back as the client knows it. */
  #subscriber(message) {
    const meta = message.params?._meta ?? {};
    const request = this.#open.get(meta['io.modelcontextprotocol/subscriptionId']);
    if (request !== undefined) {
      meta['io.modelcontextprotocol/subscriptionId'] = request.id;
    }
    return request?.reply;
  }

  /** Passes on one message of a client; `reply` gets what answers it. */
  pass(message, reply) {
    if (message.method === undefined || message.id === undefined) {
      this.session.send(message);
      reply.accept();
      return;
    }
    const id = this.#next++;
    this.#open.set(id, { id: message.id, reply });
    reply.onGone(() => this.#open.delete(id) && this.#cancel(id));
    this.session.send({ ...message, id });
  }

  /** Closing the stream cancels, in the modern era only; in the other nothing is lost by it here. */
  #cancel(requestId) {
    this.session.notify('notifications/cancelled', { requestId });
  }

  listen(reply) {
    this.#listening = reply;
  }

  async close() {
    await this.session.close();
  }
}

/** One HTTP response: JSON when the answer comes first, a stream of events when something else does. */
class Reply {
  #response;
  #isModern;
  #done = false;

  constructor(response, { isModern = false, headers = {} } = {}) {
    this.#response = response;
    this.#isModern = isModern;
    this.headers = headers;
  }

  accept() {
    this.#done = true;
    this.#response.writeHead(202, this.headers).end();
  }

  stream(message) {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, { ...this.headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    }
    if (message !== undefined) {
      this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    }
  }

  finish(message) {
    this.#done = true;
    if (this.#response.headersSent) {
      this.stream(message);
      this.#response.end();
      return;
    }
    const status = (this.#isModern && message.error && modernStatus[message.error.code]) || 200;
    this.#response.writeHead(status, { ...this.headers, 'content-type': 'application/json' });
    this.#response.end(JSON.stringify(message));
  }

  fail(status, code, text, id = null) {
    this.#done = true;
    this.#response.writeHead(status, { 'content-type': 'application/json' });
    this.#response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: text } }));
  }

  onGone(then) {
    this.#response.on('close', () => this.#done || then());
  }
}

async function body(request) {
  const pieces = [];
  for await (const piece of request) {
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString());
}

const isLocal = (value) => /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(value);

/** Header and body of the modern era must agree: what is wrong, or undefined. */
function disagreement(request, message) {
  const version = message.params?._meta?.['io.modelcontextprotocol/protocolVersion'];
  const name = message.params?.name ?? message.params?.uri ?? message.params?.taskId;
  const given = { version: request.headers['mcp-protocol-version'], method: request.headers['mcp-method'] };
  if (version !== undefined && given.version !== version) {
    return 'MCP-Protocol-Version';
  }
  if (given.method !== undefined && given.method.trim() !== message.method) {
    return 'Mcp-Method';
  }
  const named = request.headers['mcp-name'];
  return named !== undefined && name !== undefined && named.trim() !== name ? 'Mcp-Name' : undefined;
}

/** Starts listening on loopback. Resolves to { url, close() }. `words` start the server behind it. */
export async function startBridge(words, options = {}) {
  const peers = new Map();
  const shared = () => {
    if (!peers.has(MODERN)) {
      peers.set(MODERN, new Peer(words, options));
    }
    return peers.get(MODERN);
  };

  function post(request, response, message) {
    const session = request.headers['mcp-session-id'];
    if (message.method === 'initialize' && message.params?._meta?.['io.modelcontextprotocol/protocolVersion'] === undefined) {
      const id = randomUUID();
      peers.set(id, new Peer(words, options));
      peers.get(id).pass(message, new Reply(response, { headers: { 'mcp-session-id': id } }));
    } else if (session !== undefined) {
      const peer = peers.get(session);
      const reply = new Reply(response);
      return peer === undefined ? reply.fail(404, -32600, 'no such session', message.id) : peer.pass(message, reply);
    } else {
      const reply = new Reply(response, { isModern: true });
      const wrong = disagreement(request, message);
      return wrong ? reply.fail(400, -32020, `${wrong} does not match the body`, message.id) : shared().pass(message, reply);
    }
  }

  async function handle(request, response) {
    const session = request.headers['mcp-session-id'];
    if (!isLocal(request.headers.host ?? '') || (request.headers.origin && !isLocal(request.headers.origin))) {
      new Reply(response).fail(403, -32000, 'not from here');
    } else if (request.method === 'POST') {
      post(request, response, await body(request));
    } else if (request.method === 'GET' && peers.has(session)) {
      const reply = new Reply(response);
      reply.stream();
      response.flushHeaders();
      peers.get(session).listen(reply);
    } else if (request.method === 'DELETE' && peers.has(session)) {
      const peer = peers.get(session);
      peers.delete(session);
      await peer.close();
      response.writeHead(200).end();
    } else {
      response.writeHead(session === undefined ? 405 : 404).end();
    }
  }

  const server = http.createServer((request, response) => {
    handle(request, response).catch((error) => new Reply(response).fail(400, -32700, error.message));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/mcp`,
    peers: () => [...peers.values()],
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all([...peers.values()].map((peer) => peer.close()));
    },
  };
}
