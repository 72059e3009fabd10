// SPDX-License-Identifier: Apache-2.0
// The real Codex, run once in a scratch project against a scripted model.
import fs from 'node:fs';
import path from 'node:path';

import { startModelServer } from '../../support/model-server.mjs';
import { openaiResponses } from '../../support/openai-responses.mjs';
import { agentFolder, ensureInstalled } from './install.mjs';
import { runBounded } from './processes.mjs';
import { bareEnvironment } from './scratch.mjs';

/** The triple in the name of the folder that holds the program. */
const triples = { x64: 'x86_64-unknown-linux-musl', arm64: 'aarch64-unknown-linux-musl' };

/** The program's path; installed from npm first when it is not there in the pinned version. Throws with what to do. */
export function installCodex() {
  ensureInstalled();
  const vendor = path.join(agentFolder(`@openai/codex-linux-${process.arch}`), 'vendor');
  const program = path.join(vendor, `${triples[process.arch]}`, 'bin/codex');
  if (!fs.existsSync(program)) {
    throw new Error(`the package of Codex holds no program for this machine: ${program}`);
  }
  return program;
}

/**
 * Runs `codex exec` on one prompt, with no sandbox and no approvals of its own: what stops a call is a hook. `scenario` is
 * the model server's. Resolves to { problems, requests, ... } with what runBounded gives. `wrap` are words to start the
 * program with.
 */
export async function runCodex(program, scratch, scenario, options = {}) {
  const { prompt = 'go', words = [], env = {}, wrap = [], seconds = 90 } = options;
  const server = await startModelServer(scenario, {
    adapters: [openaiResponses],
    transcript: path.join(scratch.root, 'transcript.jsonl'),
  });
  const sandbox = ['-s', 'danger-full-access', '-c', 'approval_policy="never"'];
  const given = ['exec', '--json', '--skip-git-repo-check', ...sandbox, '-C', scratch.project];
  const [first, ...rest] = [...wrap, program, ...given, ...modelWords(server.url), ...words, prompt];
  const run = await runBounded(first, rest, {
    cwd: scratch.project,
    env: { ...bareEnvironment(scratch), SCRIPTED_URL: server.url, SCRIPTED_KEY: 'not-a-key', ...env },
    seconds,
  });
  const problems = server.finish();
  if (run.timedOut) {
    problems.push(`not finished after ${seconds} s`);
  }
  return { ...run, problems, requests: server.requests };
}

/** The scripted model, without a word in config.toml: that file is aex's and the test's. */
export function modelWords(url) {
  const provider = `{name="scripted",base_url="${url}/v1",wire_api="responses",env_key="SCRIPTED_KEY",request_max_retries=0,stream_max_retries=0}`;
  const settings = ['model="gpt-5.5"', 'model_provider="scripted"', `model_providers.scripted=${provider}`];
  return settings.flatMap((setting) => ['-c', setting]);
}
