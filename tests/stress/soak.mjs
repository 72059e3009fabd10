// SPDX-License-Identifier: Apache-2.0
// Random traffic through `aex proxy`, valid and hostile, from both sides at once, with readers that stand still.
//
//   node tests/stress/soak.mjs AEX SECONDS [SEED]
//
// Of every session (some thousand messages) all is accounted for: each valid call that is allowed is answered once, with the bytes
// that were sent; each that is not is refused once; each malformed line gets an error or the silence that it must get; nothing
// denied and nothing malformed reaches the server; what the client hears is what it asked for. A sanitizer's word on standard
// error, an exit status that is not 0 and a line there that is no event end the soak as failed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bareEnvironment, makeScratch } from '../e2e/support/scratch.mjs';
import { acceptPolicy, policyOf } from '../support/mcp/proxy.mjs';
import { lines, soon } from '../support/mcp/session.mjs';
import { randomOf } from './random.mjs';

const [, , program, seconds, givenSeed] = process.argv;
const aex = path.resolve(program);
const firstSeed = Number(givenSeed ?? process.pid);
const serverFile = fileURLToPath(new URL('soak-server.mjs', import.meta.url));
const MESSAGES = 3000; // of a session
const OPEN = 200; // requests at a time

/** Every kind of line: (random, id) -> { line, expect } where expect is 'answer', 'refusal', 'error' or 'silence'. */
const kinds = [
  [30, (random, id) => ({ line: call(id, 'echo', values(random, 3)), expect: 'answer' })],
  [3, (random, id) => ({ line: call(id, 'blob', `{"size":${random.below(200_000)}}`), expect: 'answer' })],
  [1, (random, id) => ({ line: call(id, 'echo', `{"s":"${'x'.repeat(random.below(300_000))}"}`), expect: 'answer' })],
  [8, (random, id) => ({ line: call(id, 'denied', values(random, 2)), expect: 'refusal' })],
  [3, (random, id) => ({ line: call(id, 'asked', values(random, 1)), expect: 'refusal' })],
  [3, (random, id) => ({ line: request(id, random.of(['resources/read', 'x/y', 'prompts/get', 'tasks/get']), '{"uri":"a","name":"b"}'), expect: 'refusal' })],
  [3, (_, id) => ({ line: request(id, 'tools/list', '{}'), expect: 'list' })],
  [3, (_, id) => ({ line: request(id, 'ping', '{}'), expect: 'answer' })],
  [2, () => ({ line: '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"never"}}', expect: 'silence' })],
  [2, () => ({ line: '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"denied"}}', expect: 'silence' })],
  [2, () => ({ line: '{"jsonrpc":"2.0","id":"never-asked","result":{}}', expect: 'silence' })],
  [4, (_, id) => ({ line: `[${call(id, 'denied', '{}')}]`, expect: 'error' })],
  [4, (random, id) => ({ line: `${call(id, 'echo', '{}').slice(0, -1 - random.below(30))}`, expect: 'error' })],
  [4, (_, id) => ({ line: call(id, 'echo', '{"a":1,"a":2}'), expect: 'error' })],
  [4, (_, id) => ({ line: call(id, 'echo', '{"a":NaN}'), expect: 'error' })],
  [2, (_, id) => ({ line: `${call(id, 'echo', '{}')} ${call(id, 'denied', '{}')}`, expect: 'error' })],
  [2, (_, id) => ({ line: `{"jsonrpc":"2.0","id":${id},"method":"ping","Method":"tools/call","params":{"name":"denied"}}`, expect: 'error' })],
  [2, (random, id) => ({ line: garbled(random, call(id, 'denied', values(random, 2))), expect: 'anything' })],
];

const request = (id, method, params) => `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`;
const call = (id, name, args) => request(id, 'tools/call', `{"name":"${name}","arguments":${args}}`);

/** An object of JSON, spelled as no serializer would. */
function values(random, depth) {
  const one = () =>
    random.of([
      () => '9007199254740993',
      () => '-0.10e+2',
      () => 'null',
      () => '"\\u00e9\\ud83d\\ude00\\/"',
      () => '"\u2028 \u{1f600} text"',
      () => ' [ 1 , 2.0 ] ',
      () => (depth > 0 ? values(random, depth - 1) : '{}'),
      () => `"${'y'.repeat(random.below(2000))}"`,
    ])();
  return `{${Array.from({ length: random.below(5) }, (_, index) => `"k${index}" : ${one()}`).join(', ')}}`;
}

/** A message with some of its bytes changed. It may still be one, but never an allowed one. */
function garbled(random, line) {
  const bytes = Buffer.from(line);
  for (let count = 1 + random.below(4); count > 0; count--) {
    bytes[random.below(bytes.length)] = random.of([0, 0x22, 0x5c, 0x7b, 0x7d, 0x80, 0xff, 0x0d, random.below(256)]);
  }
  return Buffer.from(bytes.filter((byte) => byte !== 10));
}

function pick(random, id) {
  let weight = random.below(kinds.reduce((total, [share]) => total + share, 0));
  for (const [share, make] of kinds) {
    weight -= share;
    if (weight < 0) {
      return make(random, id);
    }
  }
  return undefined;
}

class Soak {
  open = new Map(); // id as written -> { line, expect }
  counts = {};
  errors = 0; // answers with id null
  events = [];
  #random;
  #nextId = 1;

  constructor(scratch, seed) {
    this.#random = randomOf(seed);
    this.leakFile = path.join(scratch.root, 'leak');
    const place = ['--root', scratch.project, '--state-dir', path.join(scratch.root, 'state'), '--name', 't'];
    const server = [process.execPath, serverFile, `${seed}`, this.leakFile];
    this.child = spawn(aex, ['proxy', ...place, '--', ...server], { cwd: scratch.project, env: { ...bareEnvironment(scratch), ...sanitizers() } });
    this.child.stdin.on('error', () => {});
    this.closed = new Promise((resolve) => this.child.on('close', (...outcome) => resolve(outcome)));
    lines(this.child.stdout, (line) => {
      try {
        this.#hear(line.toString());
      } catch (error) {
        this.failure ??= error;
      }
    });
    lines(this.child.stderr, (line) => this.events.push(line.toString()));
  }

  #hear(raw) {
    const message = parsed(raw);
    assert.ok(message !== undefined, `no message: ${raw.slice(0, 100)} ... ${raw.slice(-300)}`);
    assert.equal(message.jsonrpc, '2.0', raw);
    if (message.method !== undefined) {
      assert.ok(/^notifications\/(message|tools\/list_changed)$/.test(message.method), `not for the client: ${raw}`);
      return;
    }
    const rawId = /"id":("(?:[^"\\]|\\.)*"|-?\d+|null)/.exec(raw)[1];
    const sent = this.open.get(rawId);
    if (sent === undefined) {
      assert.ok(message.error !== undefined || message.result?.isError, `an answer to nothing: ${raw.slice(0, 300)}`);
      this.errors++;
      return;
    }
    this.open.delete(rawId);
    this.#check(sent, message, raw);
  }

  #check({ line, expect }, message, raw) {
    const isRefused = message.error !== undefined || message.result.isError === true;
    const short = `${line.slice(0, 300)} got ${raw.slice(0, 300)}`;
    this.counts[expect] = (this.counts[expect] ?? 0) + 1;
    assert.equal(isRefused, expect === 'refusal' || expect === 'error', short);
    if (message.result?.echo !== undefined) {
      assert.equal(message.result.echo, line, 'the server got what was sent');
    }
    if (expect === 'list') {
      const names = message.result.tools.map((tool) => tool.name);
      assert.ok(names.includes('echo') && !names.includes('denied'), raw);
    }
  }

  /** Writes in pieces, so that no read sees whole lines. */
  async #write(bytes) {
    const cut = this.#random.chance(0.3) ? this.#random.below(bytes.length) : bytes.length;
    this.child.stdin.write(bytes.subarray(0, cut));
    if (!this.child.stdin.write(bytes.subarray(cut))) {
      await soon(Promise.race([this.closed, new Promise((resolve) => this.child.stdin.once('drain', resolve))]), 'room to write');
    }
  }

  async #one() {
    const random = this.#random;
    const id = random.chance(0.5) ? `${this.#nextId++}` : `"i-${this.#nextId++}"`;
    const { line, expect } = pick(random, id);
    if (['answer', 'refusal', 'list'].includes(expect)) {
      this.open.set(id, { line, expect });
    }
    this.counts[`sent ${expect}`] = (this.counts[`sent ${expect}`] ?? 0) + 1;
    await this.#write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    if (random.chance(0.005)) {
      this.child.stdout.pause();
      setTimeout(() => this.child.stdout.resume(), random.below(200));
    }
    while (this.open.size >= OPEN) {
      await this.#settle(OPEN / 2);
    }
  }

  async #settle(most) {
    const started = Date.now();
    while (this.open.size > most && !this.failure) {
      assert.ok(Date.now() - started < 60_000, `never answered: ${[...this.open.values()].slice(0, 3).map((one) => one.line.slice(0, 300))}`);
      assert.equal(this.child.exitCode, null, `it ended: ${this.events.slice(-20).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async run() {
    await this.#write(Buffer.from('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"sampling":{},"roots":{}},"clientInfo":{"name":"soak","version":"1"}}}\n'));
    this.open.set('0', { line: '', expect: 'answer' });
    await this.#settle(0);
    for (let count = 0; count < MESSAGES && !this.failure; count++) {
      await this.#one();
    }
    await this.#settle(0);
    if (this.failure) {
      throw this.failure;
    }
    this.child.stdin.end();
    const [status, signal] = await soon(this.closed, 'the end');
    for (const event of this.events) {
      assert.equal(typeof parsed(event)?.event, 'string', `no event: ${event.slice(0, 300)}\n${this.events.slice(-60).join('\n')}`);
    }
    assert.deepEqual([status, signal], [0, null], this.events.slice(-20).join('\n'));
    assert.ok(!fs.existsSync(this.leakFile), () => fs.readFileSync(this.leakFile, 'utf8').slice(0, 1000));
    assert.ok(this.errors >= (this.counts['sent error'] ?? 0), `each malformed line is answered: ${this.errors}`);
  }
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What the person who runs this says to the sanitizers; leaks are looked for at the end of each session. */
function sanitizers() {
  const { ASAN_OPTIONS = '', UBSAN_OPTIONS = '' } = process.env;
  return { ASAN_OPTIONS: `${ASAN_OPTIONS}:detect_leaks=1:exitcode=99`, UBSAN_OPTIONS };
}

const scratch = makeScratch();
const policy = ['allow mcp.t.echo, mcp.t.blob, mcp.t.asked', 'deny mcp.t.denied', 'confirm before mcp.t.asked', 'budget calls=100000000'];
const total = {};
const end = Date.now() + Number(seconds) * 1000;
let seed = firstSeed;
try {
  acceptPolicy(scratch, policyOf(...policy));
  do {
    const soak = new Soak(scratch, seed);
    try {
      await soak.run();
    } finally {
      soak.child.kill('SIGKILL');
    }
    for (const [key, count] of Object.entries(soak.counts)) {
      total[key] = (total[key] ?? 0) + count;
    }
    seed++;
  } while (Date.now() < end);
  console.log(`soak: ${seed - firstSeed} sessions from seed ${firstSeed}: ${JSON.stringify(total)}`);
} catch (error) {
  console.log(`soak: failed with seed ${seed}: ${error.stack}`);
  process.exitCode = 1;
} finally {
  scratch.remove();
}
