// SPDX-License-Identifier: Apache-2.0
// aex in front of an agent, put there as a person would: a policy, `aex trust`, `aex install`.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { runBounded } from './processes.mjs';
import { bareEnvironment } from './scratch.mjs';
import { Skip } from './tap.mjs';

const built = path.resolve(process.env.BUILD ?? 'build', 'aex');

/** A goal, the lines, and a budget nobody meets. */
export const policyOf = (...lines) => ['policy scripted v0', 'goal "Try the gate."', ...lines, ''].join('\n');

/** A policy that lets everything be tried that a case does not forbid. */
export const openPolicy = policyOf('allow *', 'deny file.write:private/**', 'deny file.write:**/private/**');

/**
 * Installs the gate for `agent` at `scope`, with further `words`, in front of a policy that a person accepted. Resolves to what the cases need:
 *
 *   program         this installation's own aex, outside of the workspace, to be broken by the case
 *   place, state    the options that tell aex where it works, and where its state is
 *   person(...)     runs aex as a person in a plain shell; returns what it prints
 *   atTerminal(...) the same at a terminal, with input typed in
 *   trail()         the audit trail
 *   ways()          aex doctor's findings about the agent: { NAME: 'closed' | 'open' | 'unknown' }
 *   replace(SCRIPT) puts a shell script in the place of the installed program; $AEX in it is the real one
 *   wrap            the words that the agent is to be started with: a private /etc, at managed scope
 */
export function putUnderGate(scratch, agent, { policy = openPolicy, scope = 'project', words = [] } = {}) {
  const program = path.join(scratch.root, 'bin/aex');
  fs.mkdirSync(path.dirname(program));
  fs.copyFileSync(built, program);
  fs.chmodSync(program, 0o755);
  const place = ['--root', scratch.project, '--state-dir', path.join(scratch.root, 'state')];
  const gate = { program, place, state: place.slice(2), wrap: [], ...actions(scratch, agent, place) };
  scratch.write('.aex/policy.aex', policy);
  gate.person('trust', '--yes', ...place);
  if (scope === 'managed') {
    gate.wrap = privateEtc(scratch);
    place.push('--system-root', scratch.root);
  }
  execFileSync(program, ['install', agent, '--scope', scope, ...words, ...place], { env: bareEnvironment(scratch), stdio: 'pipe' });
  return gate;
}

function actions(scratch, agent, place) {
  const env = bareEnvironment(scratch);
  const state = place.slice(2, 4);
  const person = (...words) => execFileSync(built, words, { cwd: scratch.project, env, encoding: 'utf8', stdio: 'pipe' });
  const program = path.join(scratch.root, 'bin/aex');
  let own = program; // doctor vouches only for hooks that run itself
  return {
    person,
    replace(script) {
      own = built;
      fs.rmSync(program);
      fs.writeFileSync(program, `#!/bin/sh\nAEX='${built}'\n${script}\n`, { mode: 0o755 });
    },
    async atTerminal(typed, ...words) {
      const line = [built, ...words, ...state].map((word) => `'${word}'`).join(' ');
      const run = await runBounded('script', ['-qec', line, '/dev/null'], {
        cwd: scratch.project,
        env,
        seconds: 20,
        input: typed,
      });
      if (run.status !== 0) {
        throw new Error(`aex ${words[0]} at a terminal ended with ${run.status}: ${run.stdout}${run.stderr}`);
      }
      return run.stdout;
    },
    trail: () =>
      person('audit', 'show', '--json', ...state)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    async ways() {
      const run = await runBounded(own, ['doctor', '--json', ...place], { cwd: scratch.project, env, seconds: 60 });
      const findings = JSON.parse(run.stdout).findings.filter((finding) => finding.agent === agent);
      // A way that is open in one file is open.
      findings.sort((one, other) => (one.state === 'open') - (other.state === 'open'));
      return Object.fromEntries(findings.map((finding) => [finding.name, finding.state]));
    },
  };
}

/** Words that run a program with a copy of /etc in place of /etc, for it and its children alone. */
function privateEtc(scratch) {
  if (process.getuid() !== 0) {
    throw new Skip('the managed scope is /etc: only root can give a program one of its own');
  }
  const etc = path.join(scratch.root, 'etc');
  execFileSync('cp', ['-a', '/etc', etc]);
  const script = 'mount --bind "$0" /etc && exec "$@"';
  const words = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, etc];
  try {
    execFileSync(words[0], [...words.slice(1), 'true'], { stdio: 'pipe' });
  } catch (error) {
    throw new Skip(`the managed scope is /etc, and mounting another one failed: ${error.stderr}`);
  }
  return words;
}
