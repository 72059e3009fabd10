// SPDX-License-Identifier: Apache-2.0
// The real Claude Code, run once in a scratch project against a scripted model.
import fs from 'node:fs';
import path from 'node:path';

import { anthropicMessages } from '../../support/anthropic-messages.mjs';
import { startModelServer } from '../../support/model-server.mjs';
import { agentFolder, ensureInstalled } from './install.mjs';
import { runBounded } from './processes.mjs';
import { bareEnvironment } from './scratch.mjs';

/** The program's path; installed from npm first when it is not there in the pinned version. Throws with what to do. */
export function installClaude() {
  ensureInstalled();
  const program = path.join(agentFolder(`@anthropic-ai/claude-code-linux-${process.arch}`), 'claude');
  if (!fs.existsSync(program)) {
    throw new Error(`the package of Claude Code holds no program for this machine: ${program}`);
  }
  return program;
}

/** Project settings with one hook command for every tool call. */
export function settingsWithHook(command) {
  const hook = { type: 'command', command, timeout: 30, onFailure: 'block' };
  return JSON.stringify({ hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }] } });
}

/**
 * Runs Claude Code on one prompt, or with `input` on its standard input. `scenario` is the model server's. Resolves to { problems,
 * requests, events, ... } with what runBounded gives; events are the lines of its JSON output. `wrap` are words to start
 * the program with.
 */
export async function runClaude(program, scratch, scenario, options = {}) {
  const { prompt = 'go', mode = 'bypassPermissions', words = [], env = {}, wrap = [], input, seconds = 90 } = options;
  const server = await startModelServer(scenario, {
    adapters: [anthropicMessages],
    transcript: path.join(scratch.root, 'transcript.jsonl'),
  });
  const asked = input === undefined ? [prompt] : [];
  const given = ['-p', ...asked, '--output-format', 'stream-json', '--verbose', '--permission-mode', mode, ...words];
  const [first, ...rest] = [...wrap, program, ...given];
  const run = await runBounded(first, rest, {
    cwd: scratch.project,
    env: { ...claudeEnvironment(scratch, server.url), ...env },
    seconds,
    input,
  });
  const problems = server.finish();
  if (run.timedOut) {
    problems.push(`not finished after ${seconds} s`);
  }
  return { ...run, problems, requests: server.requests, events: jsonLines(run.stdout) };
}

/** What Claude Code itself needs to be told, beside the environment that everything runs in. */
export function claudeEnvironment(scratch, url) {
  return {
    ...bareEnvironment(scratch),
    CLAUDE_CODE_TMPDIR: scratch.temporary,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    IS_SANDBOX: '1', // lets root use bypassPermissions
  };
}

function jsonLines(text) {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
