// SPDX-License-Identifier: Apache-2.0
// A place of its own for one run of an agent.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A project with its own home: { root, home, project, path(name), write(name, text), exists(name), remove() }. `home` and
 * `project` have a common parent that is nobody else's.
 */
export function makeScratch() {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'aex-e2e-')));
  const scratch = {
    root,
    home: path.join(root, 'home'),
    project: path.join(root, 'project'),
    temporary: path.join(root, 'tmp'),
    path: (name) => path.join(scratch.project, name),
    exists: (name) => fs.existsSync(scratch.path(name)),
    write(name, text, mode = 0o644) {
      fs.mkdirSync(path.dirname(scratch.path(name)), { recursive: true });
      fs.writeFileSync(scratch.path(name), text, { mode });
    },
    cleanups: [], // called before the place is removed: for what a failed test left running
    remove() {
      scratch.cleanups.splice(0).forEach((clean) => clean());
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
  fs.mkdirSync(path.join(scratch.home, '.claude'), { recursive: true });
  fs.mkdirSync(path.join(scratch.home, '.codex'));
  fs.mkdirSync(scratch.project);
  fs.mkdirSync(scratch.temporary);
  execFileSync('git', ['init', '-q', '-b', 'main', scratch.project]);
  return scratch;
}

/** Nothing of the person's who runs the tests but PATH: no key, no proxy, no setting, no mark of an agent. */
export function bareEnvironment(scratch) {
  return {
    PATH: process.env.PATH,
    HOME: scratch.home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    TMPDIR: scratch.temporary,
    CLAUDE_CONFIG_DIR: path.join(scratch.home, '.claude'),
    CODEX_HOME: path.join(scratch.home, '.codex'),
  };
}
