// SPDX-License-Identifier: Apache-2.0
// The real Claude Code, run once in a scratch project against a scripted model.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { anthropicMessages } from '../../support/anthropic-messages.mjs';
import { startModelServer } from '../../support/model-server.mjs';
import { agentFolder, ensureInstalled } from './install.mjs';
import { runBounded } from './processes.mjs';

/** The program's path; installed from npm first when it is not there in the pinned version. Throws with what to do. */
export function installClaude() {
  ensureInstalled();
  const program = path.join(agentFolder(`@anthropic-ai/claude-code-linux-${process.arch}`), 'claude');
  if (!fs.existsSync(program)) {
    throw new Error(`the package of Claude Code holds no program for this machine: ${program}`);
  }
  return program;
}

/**
 * A project with its own home: { root, home, project, path(name), write(name, text), remove() }. `home` and `project`
 * have a common parent that is nobody else's.
 */
export function makeScratch() {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'aex-e2e-')));
  const scratch = {
    root,
    home: path.join(root, 'home'),
    project: path.join(root, 'project'),
    path: (name) => path.join(scratch.project, name),
    write(name, text, mode = 0o644) {
      fs.mkdirSync(path.dirname(scratch.path(name)), { recursive: true });
      fs.writeFileSync(scratch.path(name), text, { mode });
    },
    remove: () => fs.rmSync(root, { recursive: true, force: true }),
  };
  fs.mkdirSync(path.join(scratch.home, '.claude'), { recursive: true });
  fs.mkdirSync(scratch.project);
  execFileSync('git', ['init', '-q', '-b', 'main', scratch.project]);
  return scratch;
}

/** Project settings with one hook command for every tool call. */
export function settingsWithHook(command) {
  const hook = { type: 'command', command, timeout: 30, onFailure: 'block' };
  return JSON.stringify({ hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }] } });
}

/**
 * Runs Claude Code on one prompt, or with `input` on its standard input. `scenario` is the model server's. Resolves to { problems, requests, events, ... } with
 * what runBounded gives; events are the lines of its JSON output.
 */
export async function runClaude(program, scratch, scenario, options = {}) {
  const { prompt = 'go', mode = 'bypassPermissions', words = [], env = {}, input, seconds = 90 } = options;
  const server = await startModelServer(scenario, {
    adapters: [anthropicMessages],
    transcript: path.join(scratch.root, 'transcript.jsonl'),
  });
  const run = await runBounded(
    program,
    ['-p', ...(input === undefined ? [prompt] : []), '--output-format', 'stream-json', '--verbose', '--permission-mode', mode, ...words],
    { cwd: scratch.project, env: { ...claudeEnvironment(scratch, server.url), ...env }, seconds, input },
  );
  const problems = server.finish();
  if (run.timedOut) {
    problems.push(`not finished after ${seconds} s`);
  }
  return { ...run, problems, requests: server.requests, events: jsonLines(run.stdout) };
}

/** Nothing of ours but PATH: no key, no proxy, no setting of the person who runs the tests. */
function claudeEnvironment(scratch, url) {
  const temporary = path.join(scratch.root, 'tmp');
  fs.mkdirSync(temporary, { recursive: true });
  return {
    PATH: process.env.PATH,
    HOME: scratch.home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    TMPDIR: temporary,
    CLAUDE_CODE_TMPDIR: temporary,
    CLAUDE_CONFIG_DIR: path.join(scratch.home, '.claude'),
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
