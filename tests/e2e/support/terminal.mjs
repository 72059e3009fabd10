// SPDX-License-Identifier: Apache-2.0
// The real Claude Code as a person sees it: in a terminal of tmux's, with keys typed in.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { anthropicMessages } from '../../support/anthropic-messages.mjs';
import { startModelServer } from '../../support/model-server.mjs';
import { claudeEnvironment } from './claude.mjs';
import { endTree } from './processes.mjs';

/** A person who has met Claude Code before, and trusts this project. */
function acquaint(scratch) {
  const known = {
    hasCompletedOnboarding: true,
    lastOnboardingVersion: '2.1.329',
    theme: 'dark',
    customApiKeyResponses: { approved: ['not-a-key'], rejected: [] },
    projects: { [scratch.project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  fs.writeFileSync(path.join(scratch.home, '.claude/.claude.json'), JSON.stringify(known));
}

/**
 * Starts Claude Code in a terminal and lets `play` use it:
 *
 *   type(TEXT)                  types it
 *   press(KEY, WHAT, TEST)      presses the key, by tmux's name, until the screen shows it: a dialog that has just opened
 *                               takes no keys, so that nobody answers it by accident
 *   screen()                    what it shows now
 *   until(WHAT, TEST)           waits until TEST, given the screen, is true; throws with the screen after 30 s
 *
 * Resolves to the problems of the model server.
 */
export async function playClaude(program, scratch, scenario, play) {
  acquaint(scratch);
  const server = await startModelServer(scenario, {
    adapters: [anthropicMessages],
    transcript: path.join(scratch.root, 'transcript.jsonl'),
  });
  const tmux = (...words) =>
    execFileSync('tmux', ['-S', path.join(scratch.root, 'tmux'), '-f', '/dev/null', ...words], { encoding: 'utf8' });
  const env = { ...claudeEnvironment(scratch, server.url), TERM: 'xterm-256color' };
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const size = ['-x', '140', '-y', '50'];
  tmux('new-session', '-d', '-s', 'claude', ...size, '-c', scratch.project, 'env', '-i', ...pairs, program);
  tmux('set-option', '-g', 'remain-on-exit', 'on');
  const screen = () => tmux('capture-pane', '-p', '-t', 'claude');
  const terminal = {
    screen,
    type: (text) => tmux('send-keys', '-t', 'claude', '-l', text),
    press: (key, what, test) =>
      wait(what, test, (tries) => tries % 10 === 0 && tmux('send-keys', '-t', 'claude', key)),
    until: (what, test) => wait(what, test, () => {}),
  };
  async function wait(what, test, act) {
    for (let tries = 0; !test(screen()); tries++) {
      if (tries === 150) {
        throw new Error(`waited for ${what}, and saw:\n${screen()}`);
      }
      act(tries);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await play(terminal);
    return server.finish();
  } finally {
    endTree(Number(tmux('display-message', '-p', '-t', 'claude', '#{pane_pid}')));
    tmux('kill-server');
    server.finish();
  }
}
