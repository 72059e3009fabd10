// SPDX-License-Identifier: Apache-2.0
// Running a program for a bounded time, and ending it with everything it started, by process id.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

/** Runs to the end or to the limit. Resolves to { status, signal, timedOut, stdout, stderr, milliseconds }. */
export async function runBounded(program, words, { cwd, env, seconds, input }) {
  const started = Date.now();
  const child = spawn(program, words, { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  if (input !== undefined) {
    child.stdin.on('error', () => {}).end(input);
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endTree(child.pid);
  }, seconds * 1000);
  const [status, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...result) => resolve(result));
  }).finally(() => clearTimeout(timer));
  return { status, signal, timedOut, ...output, milliseconds: Date.now() - started };
}

/** Agents start hooks and servers in sessions of their own, so a process group does not hold them all. */
export function endTree(root) {
  for (const pid of [root, ...descendants(root)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

function descendants(root) {
  const children = new Map();
  for (const name of fs.readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) {
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    }
  }
  const found = [];
  const open = [root];
  while (open.length > 0) {
    const next = children.get(open.pop()) ?? [];
    found.push(...next);
    open.push(...next);
  }
  return found;
}

function parentOf(pid) {
  try {
    const status = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]); // proc(5): field 4, behind the name
  } catch {
    return undefined;
  }
}
