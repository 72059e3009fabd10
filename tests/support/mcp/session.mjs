// SPDX-License-Identifier: Apache-2.0
// A client of MCP over a child's standard streams that says exactly the bytes it is told to, and keeps the bytes it hears.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a request of the era of 2026-07-28 carries in its parameters. */
export const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

const PATIENCE = 20_000; // milliseconds; a machine may be busy, but not that busy

/** Rejects with `what` when the promise takes too long, so that a lost message is a failure and not a hanging test. */
export async function soon(promise, what, milliseconds = PATIENCE) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Splits what arrives at LF, and at nothing else. Returns what gives the bytes that have no end yet. */
export function lines(stream, take) {
  let pieces = [];
  stream.on('data', (data) => {
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      pieces.push(data.subarray(start, end));
      take(Buffer.concat(pieces));
      pieces = [];
      start = end + 1;
    }
    pieces.push(data.subarray(start));
  });
  return () => Buffer.concat(pieces);
}

export class Session {
  /** Every line on standard output, parsed, in order: { raw, ...message }; a line that is no JSON is { raw, broken: true }. */
  messages = [];
  errorLines = [];
  ended = false;
  #waiting = [];
  #nextId = 1;
  #answers = {};

  /** `answers` ({ METHOD: (params) => result }) are for what the server asks of the client. */
  constructor(words, { cwd, env, answers = {} } = {}) {
    this.#answers = answers;
    this.child = spawn(words[0], words.slice(1), { cwd, env, stdio: 'pipe' });
    this.child.stdin.on('error', () => {}); // it may end before all is written
    this.closed = once(this.child, 'close').then(([status, signal]) => {
      this.ended = true;
      this.#wake();
      return { status, signal };
    });
    this.closed.catch((error) => {
      this.ended = true;
      this.errorLines.push(`${error}`);
      this.#wake();
    });
    this.unfinished = lines(this.child.stdout, (line) => this.#take(line));
    lines(this.child.stderr, (line) => this.errorLines.push(line.toString()));
  }

  #take(line) {
    const raw = line.toString();
    let message = { broken: true };
    try {
      message = JSON.parse(raw);
    } catch {
      // Judged by the test.
    }
    this.messages.push(Object.assign(Array.isArray(message) ? { batch: message } : { ...message }, { raw }));
    if (message.method !== undefined && message.id !== undefined && this.#answers[message.method]) {
      const result = this.#answers[message.method](message.params);
      this.send({ jsonrpc: '2.0', id: message.id, ...(result.error ? result : { result }) });
    }
    this.#wake();
  }

  #wake() {
    for (const check of this.#waiting.splice(0)) {
      check();
    }
  }

  /** Writes a text or bytes as they are, an object as a line. */
  send(what) {
    this.child.stdin.write(typeof what === 'string' || Buffer.isBuffer(what) ? what : `${JSON.stringify(what)}\n`);
  }

  /** Resolves to the first message for which `test` holds. Rejects when the program ends before. */
  async until(test, what) {
    let seen = 0;
    const found = new Promise((resolve, reject) => {
      const check = () => {
        while (seen < this.messages.length && !test(this.messages[seen])) {
          seen++;
        }
        if (seen < this.messages.length) {
          resolve(this.messages[seen]);
        } else if (this.ended) {
          reject(new Error(`${what}: the program ended first\n${this.errorLines.join('\n')}`));
        } else {
          this.#waiting.push(check);
        }
      };
      check();
    });
    return soon(found, `${what}\n${this.errorLines.slice(-5).join('\n')}`);
  }

  answerTo(id, what = `the answer to ${JSON.stringify(id)}`) {
    return this.until((message) => message.id === id && message.method === undefined, what);
  }

  /** The same among what came behind the first `count` messages, where an id is used again. */
  answerAfter(count, id) {
    const is = (message) => this.messages.indexOf(message) >= count && message.id === id && message.method === undefined;
    return this.until(is, `the answer to ${JSON.stringify(id)}`);
  }

  nextId() {
    return this.#nextId++;
  }

  /** Asks and resolves to the whole answer. */
  async request(method, params) {
    const id = this.#nextId++;
    this.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    return this.answerTo(id, `the answer to ${method}`);
  }

  call(name, args = {}, meta) {
    return this.request('tools/call', { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) });
  }

  notify(method, params) {
    this.send({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  }

  async initialize(capabilities = {}, version = '2025-11-25') {
    const clientInfo = { name: 'session', version: '1' };
    const answer = await this.request('initialize', { protocolVersion: version, capabilities, clientInfo });
    this.notify('notifications/initialized');
    return answer;
  }

  /** A round trip that everything before it has passed: what is not here by then never comes. */
  settled() {
    return this.request('ping');
  }

  /** Every page of the tools. Resolves to the pages' results. */
  async pages(method = 'tools/list', params = {}) {
    const found = [];
    let cursor;
    do {
      const { result, error } = await this.request(method, cursor === undefined ? params : { ...params, cursor });
      if (error) {
        throw new Error(`${method}: ${JSON.stringify(error)}`);
      }
      found.push(result);
      cursor = result.nextCursor;
    } while (cursor !== undefined && found.length < 1000);
    return found;
  }

  async toolNames() {
    return (await this.pages()).flatMap((page) => page.tools.map((tool) => tool.name));
  }

  /** Ends its input and resolves to { status, signal } when it has ended; after the patience it is killed. */
  async close() {
    this.child.stdin.end();
    try {
      return await soon(this.closed, 'the end after the end of input');
    } finally {
      this.child.kill('SIGKILL');
    }
  }
}
