// SPDX-License-Identifier: Apache-2.0
// `aex proxy` between a session and a server that records what reaches it, under a policy that a person accepted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runBounded } from '../../e2e/support/processes.mjs';
import { bareEnvironment } from '../../e2e/support/scratch.mjs';
import { Session } from './session.mjs';

const build = path.resolve(process.env.BUILD ?? 'build');
export const aex = process.env.AEX_PROXY ?? path.join(build, 'aex');
const tools = path.join(build, 'tests/support/mcp');
export const echoProgram = path.join(tools, 'mcp-echo');
const scripted = fileURLToPath(new URL('scripted.mjs', import.meta.url));

/** A goal, the lines, and nothing else. */
export const policyOf = (...lines) => ['policy scripted v0', 'goal "Try the proxy."', ...lines, ''].join('\n');

/** What most tests work under: the server is called t; one tool may be called, one may not, one asks. */
export const usualPolicy = policyOf('allow mcp.t.echo, mcp.t.asked', 'deny mcp.t.denied', 'confirm before mcp.t.asked');

export const stateOf = (scratch) => ['--state-dir', path.join(scratch.root, 'state')];
const placeOf = (scratch) => ['--root', scratch.project, ...stateOf(scratch)];

/** Runs aex as a person in a plain shell would; returns what it prints. Throws when it fails. */
export function person(scratch, ...words) {
  return execFileSync(aex, words, { cwd: scratch.project, env: bareEnvironment(scratch), encoding: 'utf8', stdio: 'pipe' });
}

/** A person at a terminal, who types that. Resolves to what they saw. */
export async function atTerminal(scratch, typed, ...words) {
  const line = [aex, ...words, ...stateOf(scratch)].map((word) => `'${word}'`).join(' ');
  const place = { cwd: scratch.project, env: bareEnvironment(scratch), seconds: 20, input: typed };
  const run = await runBounded('script', ['-qec', line, '/dev/null'], place);
  assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
  return run.stdout;
}

export function acceptPolicy(scratch, policy) {
  scratch.write('.aex/policy.aex', policy);
  person(scratch, 'trust', '--yes', ...placeOf(scratch));
}

/** The words that start the proxy in front of `server`. */
export const proxyWords = (scratch, server, options = [], name = 't') =>
  [aex, 'proxy', ...placeOf(scratch), '--name', name, ...options, '--', ...server];

/** The echo server, recording into the scratch folder. */
export const echoWords = (scratch, ...options) => [echoProgram, '--record', path.join(scratch.root, 'record'), ...options];

/** A server that plays `script` (see scripted.mjs), recording likewise. */
export function scriptedWords(scratch, script) {
  const file = path.join(scratch.root, 'script.json');
  fs.writeFileSync(file, JSON.stringify(script));
  return [process.execPath, scripted, file, path.join(scratch.root, 'record')];
}

/**
 * Starts a proxy and says hello. Options: policy (the usual one; null: none), options (words for the proxy), server (words), name,
 * capabilities and answers of the client, hello (false: nothing is said), env. Resolves to the session, with
 *
 *   received()   the bytes that reached the server, as text
 *   lines()      the same, as lines without the handshake
 *   events()     what the proxy said on its standard error: every line must be an object
 */
export async function startProxy(scratch, settings = {}) {
  const { policy = usualPolicy, options, server = echoWords(scratch), name, capabilities, answers, hello = true, env } = settings;
  if (policy !== null) {
    acceptPolicy(scratch, policy);
  }
  const session = new Session(proxyWords(scratch, server, options, name), {
    cwd: scratch.project,
    env: { ...bareEnvironment(scratch), ...env },
    answers,
  });
  scratch.cleanups.push(() => session.child.kill('SIGKILL'));
  const record = path.join(scratch.root, 'record');
  session.received = () => (fs.existsSync(record) ? fs.readFileSync(record, 'utf8') : '');
  session.lines = () =>
    session
      .received()
      .split('\n')
      .filter((line) => line !== '' && !/"method":"(initialize|notifications\/initialized|ping)"/.test(line));
  session.events = () =>
    session.errorLines.map((line) => {
      const event = JSON.parse(line);
      assert.equal(typeof event.event, 'string', line);
      return event;
    });
  if (hello) {
    await session.initialize(capabilities);
  }
  return session;
}

/** The records of the chained log. */
export const trail = (scratch) =>
  person(scratch, 'audit', 'show', '--json', ...stateOf(scratch))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** A refusal of a tool call, with its reason: an error for a tool that is hidden altogether, else a result for the model. */
export function assertDenied(answer, pattern = /./) {
  const isError = answer.error?.code === -32602 || answer.result?.isError === true;
  assert.ok(isError, `not refused: ${answer.raw.slice(0, 400)}`);
  assert.match(answer.error?.message ?? answer.result.content.map((part) => part.text).join('\n'), pattern);
}

/** An error of the protocol with this code. */
export function assertError(answer, code) {
  assert.equal(answer.error?.code, code, `not error ${code}: ${answer.raw.slice(0, 400)}`);
  assert.ok(answer.error.message.length > 0, 'it says why');
  assert.equal(answer.result, undefined);
}

export function assertOk(answer) {
  assert.ok(answer.result !== undefined && answer.result.isError !== true, `refused: ${answer.raw.slice(0, 400)}`);
  return answer.result;
}
