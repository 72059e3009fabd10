// SPDX-License-Identifier: Apache-2.0
// Runs what the documents show. A console block is a transcript: lines that start with "$ " are typed into one shell (so
// `cd` and variables last), and what follows is what it prints, standard error included. A line of "..." stands for
// any lines, "..." inside a line for any text. Each document runs in an empty folder with an empty home.
//
//   node tests/docs/console.mjs DOCUMENT...
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const build = path.resolve(process.env.BUILD || 'build');
let count = 0;
let failed = 0;

// The transcripts of a document: from ```console fences in Markdown, from literal displays in mdoc.
function transcripts(file) {
  const text = fs.readFileSync(file, 'utf8');
  const isManual = /\.[1-8]$/.test(file);
  const pattern = isManual ? /^\.Bd -literal.*\n([\s\S]*?)^\.Ed/gm : /^```console\n([\s\S]*?)^```/gm;
  const plain = (body) => (isManual ? body.replaceAll('\\e', '\\').replaceAll('\\-', '-').replaceAll('\\&', '') : body);
  return [...text.matchAll(pattern)].map((match) => plain(match[1])).filter((body) => /^\$ /m.test(body));
}

// [{command, expected}]: a command goes on over lines that start with "> ", as a shell shows them.
function steps(transcript) {
  const list = [];
  for (const line of transcript.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('$ ')) list.push({ command: line.slice(2), expected: [] });
    else if (line.startsWith('> ') && list.at(-1)?.expected.length === 0) list.at(-1).command += '\n' + line.slice(2);
    else list.at(-1)?.expected.push(line);
  }
  return list;
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

// What is expected, as a regular expression over what was printed.
function matcher(expected) {
  const parts = expected.map((line) => (line === '...' ? '(?:.*\\n)*?' : line.split('...').map(escape).join('.*') + '\\n'));
  return new RegExp('^' + parts.join('') + '$');
}

function report(name, passed, details) {
  count++;
  if (passed) return console.log(`ok ${count} - ${name}`);
  failed++;
  console.log(`not ok ${count} - ${name}`);
  console.log(details.replace(/^/gm, '# '));
}

// All commands of a document in one shell, each one's output closed by a mark that names its step.
function run(file) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'aex-docs-'));
  const home = path.join(scratch, 'home');
  const work = path.join(scratch, 'work');
  fs.mkdirSync(home);
  fs.mkdirSync(work);
  const list = transcripts(file).flatMap(steps);
  const mark = 'end of step ' + path.basename(scratch);
  const script = list.map((step) => `${step.command}\nprintf '\\n%s\\n' '${mark}'\n`).join('');
  const { stdout } = spawnSync('sh', ['-c', `exec 2>&1\n${script}`], {
    cwd: work,
    encoding: 'utf8',
    timeout: 60000,
    env: { PATH: `${build}:${process.env.PATH}`, HOME: home, LC_ALL: 'C.UTF-8', TZ: 'UTC', AEX: build },
  });
  const printed = stdout.split(`\n${mark}\n`);
  list.forEach((step, i) => {
    const got = printed[i] ?? '(the shell ended before)';
    const name = `${path.basename(file)}: ${step.command.split('\n')[0]}`;
    const text = got === '' || got.endsWith('\n') ? got : got + '\n';
    report(name, matcher(step.expected).test(text), `expected:\n${step.expected.join('\n')}\ngot:\n${got}`);
  });
  fs.rmSync(scratch, { recursive: true, force: true });
}

process.argv.slice(2).forEach(run);
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
