// SPDX-License-Identifier: Apache-2.0
// The model of command lines against the real thing: generated harmless commands run in a scratch folder under
// strace, and every file opened for writing, changed, deleted, executed and every connection attempted must be among
// what `aex shell` says the command demands, unless it says shell.exec.
//
//   node soundness.mjs AEX [COUNT] [SEED] [SECONDS]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, mkdirSync, readFileSync, rmSync, writeFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { line, setSeed } from './generate.mjs';

const aex = resolve(process.argv[2]);
const count = Number(process.argv[3] ?? 3000);
setSeed(Number(process.argv[4] ?? 1));

if (spawnSync('strace', ['-V']).error) {
  console.log('SKIP soundness: strace is not installed');
  process.exit(77);
}

// ---- The scratch folder ----

const top = mkdtempSync(join(tmpdir(), 'aex-soundness-'));
const root = join(top, 'w');
const home = join(top, 'home');
const trace = join(top, 'trace');
const clean = { PATH: '/usr/bin:/bin', HOME: home, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', TMPDIR: join(top, 'tmp') };

function prepare() {
  rmSync(root, { recursive: true, force: true });
  for (const name of ['src', 'docs', 'sub/deep', 'empty']) mkdirSync(join(root, name), { recursive: true });
  mkdirSync(home, { recursive: true });
  mkdirSync(join(top, 'tmp'), { recursive: true });
  const put = (name, text) => writeFileSync(join(root, name), text);
  put('a.txt', 'alpha 1\nbeta 2\nfoo 3\n');
  put('b.txt', 'int x\nmain\n');
  put('src/c.c', 'int main;\n');
  put('src/d.c', 'int d;\n');
  put('docs/x.md', 'x\n');
  put('sub/deep/e.txt', 'e\n');
  put('data.json', '{"a":1}\n');
  writeFileSync(join(root, 'src/run.sh'), '#!/bin/sh\ntouch ran.out\n', { mode: 0o755 });
  symlinkSync('a.txt', join(root, 'l1'));
}

prepare();
const quiet = { cwd: root, env: clean, stdio: 'ignore' };
execFileSync('tar', ['cf', join(top, 'arch.tar'), 'src'], quiet);
execFileSync('git', ['init', '-q'], quiet);
execFileSync('git', ['config', '--global', 'user.email', 'a@b'], quiet);
execFileSync('git', ['config', '--global', 'user.name', 'a'], quiet);
execFileSync('git', ['add', '.'], quiet);
execFileSync('git', ['commit', '-qm', 'first'], quiet);
// A second branch, with a file changed, one added and one deleted; and an entry in the stash.
execFileSync('git', ['checkout', '-qb', 'other'], quiet);
writeFileSync(join(root, 'src/c.c'), 'int other;\n');
writeFileSync(join(root, 'docs/other.md'), 'other\n');
execFileSync('git', ['rm', '-q', 'b.txt'], quiet);
execFileSync('git', ['add', '.'], quiet);
execFileSync('git', ['commit', '-qm', 'other'], quiet);
execFileSync('git', ['checkout', '-q', '-'], quiet);
writeFileSync(join(root, 'a.txt'), 'stashed\n');
execFileSync('git', ['stash', '-q'], quiet);
execFileSync('cp', ['-r', join(root, '.git'), join(top, 'git')]);

function reset() {
  prepare();
  execFileSync('cp', ['-r', join(top, 'git'), join(root, '.git')]);
  execFileSync('cp', [join(top, 'arch.tar'), join(root, 'arch.tar')]);
}

// ---- What happened ----

const unescape = (text) => text.replace(/\\(\d{1,3}|x[0-9a-f]{2}|.)/g, (_, e) => {
  if (/^\d/.test(e)) return String.fromCharCode(parseInt(e, 8));
  return { n: '\n', t: '\t', r: '\r' }[e] ?? e;
});

function observed(text) {
  const events = [];
  const cwd = new Map();
  const pending = new Map();
  let first = null;
  for (let raw of text.split('\n')) {
    let match = raw.match(/^(\d+)\s+(.*)$/);
    if (!match) continue;
    let [, pid, call] = match;
    first ??= pid;
    if (!cwd.has(pid)) cwd.set(pid, pending.get('last') ?? root);
    if (call.endsWith('<unfinished ...>')) {
      pending.set(pid, call.slice(0, -'<unfinished ...>'.length));
      // A child inherits its parent's folder; its first line may come before the parent's call returns.
      continue;
    }
    if ((match = call.match(/^<\.\.\. \w+ resumed>(.*)$/))) {
      call = (pending.get(pid) ?? '') + match[1];
      pending.delete(pid);
    }
    const result = call.match(/\)\s+= (-?\d+|\?)(.*)$/);
    const value = result ? result[1] : '?';
    const name = call.slice(0, call.indexOf('('));
    if (/^(clone|clone3|fork|vfork)$/.test(name) && /^\d+$/.test(value)) {
      cwd.set(value, cwd.get(pid));
      continue;
    }
    const strings = [...call.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => unescape(m[1]));
    const asked = call.replace(/\)\s+= (-?\d+|\?).*$/, '');
    const folders = [...asked.matchAll(/(?:AT_FDCWD|\b\d+)<([^>]*)>/g)].map((m) => m[1]);
    const at = (index) => resolve(folders[index] ?? folders[0] ?? cwd.get(pid), strings[index] ?? '');
    const failed = value.startsWith('-');
    if (failed && call.includes('EISDIR')) continue; // opening "folder/" creates nothing
    if (name === 'chdir') {
      if (!failed) cwd.set(pid, resolve(cwd.get(pid), strings[0]));
    } else if (name === 'fchdir') {
      if (!failed && folders[0]) cwd.set(pid, folders[0]);
    } else if (name === 'execve') {
      if (!failed) events.push(['exec', at(0)]);
    } else if (name === 'connect') {
      const inet = call.match(/inet_addr\("([^"]*)"\)/);
      if (inet) events.push(['connect', inet[1]]);
    } else if (/^(open|openat|creat)$/.test(name)) {
      if (name === 'creat' || /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(call)) events.push(['write', at(0)]);
    } else if (failed) {
      // Deletions and renames that failed changed nothing; an open that failed might have.
    } else if (/^(unlink|unlinkat|rmdir)$/.test(name)) {
      events.push(['delete', at(0)]);
    } else if (/^rename/.test(name)) {
      events.push(['delete', at(0)], ['write', at(1)]);
    } else if (/^(link|linkat)$/.test(name)) {
      events.push(['write', at(1)]);
    } else if (/^symlink/.test(name)) {
      events.push(['write', resolve(folders[0] ?? cwd.get(pid), strings[1])]);
    } else if (/^(mkdir|mkdirat|mknod|mknodat|truncate|chmod|fchmodat|chown|fchownat|lchown|utimensat|setxattr)$/.test(name) && strings.length > 0) {
      events.push([name.startsWith('mkdir') ? 'mkdir' : 'write', at(0)]);
    }
  }
  return events;
}

// ---- What was said ----

// The files of a demand that only the repository can tell, asked another way than the gate asks.
const questions = {
  switch: (revision) => ['diff', '--name-only', 'HEAD', revision],
  checkout: (revision) => ['diff', '--name-only', 'HEAD', revision],
  reset: (revision) => ['diff', '--name-only', revision],
  index: () => ['diff', '--name-only'],
  merge: (revision) => ['diff', '--name-only', `HEAD...${revision}`],
  stash: (revision) => ['stash', 'show', '--name-only', revision],
};

// False when the gate would not know them either: no such revision, or another part changes the repository too.
function findChanges(report) {
  const reading = /^git\.(status|diff|log|branch|push)$/;
  const parts = report.parts.filter((part) => part.demands.some((d) => d.resource === 'changed'));
  if (parts.length === 0) return true;
  const others = report.parts.filter((part) => !parts.includes(part) && part.demands.some((d) => (d.capability.startsWith('git.') && !reading.test(d.capability)) ||
    (/^file\.(write|delete)$/.test(d.capability) && (d.resource !== 'known' || d.value.includes('.git')))));
  if (parts.length > 1 || others.length > 0) return false;
  for (const demand of parts[0].demands.filter((d) => d.resource === 'changed')) {
    const out = spawnSync('git', questions[demand.change](demand.revision), { cwd: root, env: clean, encoding: 'utf8' });
    if (out.status !== 0) return false;
    demand.files = out.stdout.split('\n').filter(Boolean).map((name) => join(root, name));
  }
  return true;
}

// Whether names in the way of wildcards are no options, as the gate has to make sure.
function hasPlainNames(report) {
  return report.parts.every((part) => (part.wildcards ?? []).every((folder) => !existsSync(folder) || readdirSync(folder).every((name) => !/^[-:]/.test(name)))) &&
    (!report.parts.some((part) => part.wildcards) || report.parts.every((part) => part.demands.every((d) => d.capability !== 'file.write' || part.wildcards ||
      (d.resource === 'known' && !/^[-:]/.test(basename(d.value))))));
}

function covers(demand, path) {
  // git removes a folder with its last file, and makes one for its first.
  if (demand.resource === 'changed') return demand.files.some((file) => file === path || dirname(file) === path);
  if (demand.resource === 'known') return demand.value === path;
  if (demand.resource !== 'set') return demand.resource === 'unknown';
  let pattern = '';
  const value = demand.value;
  for (let i = 0; i < value.length; i++) {
    if (value.startsWith('/**', i) && (i + 3 === value.length || value[i + 3] === '/')) {
      pattern += '(/[^/]*)*';
      i += 2;
    } else if (value[i] === '*') pattern += '[^/]*';
    else if (value[i] === '?') pattern += '[^/]';
    else pattern += value[i].replace(/[.+^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${pattern}$`).test(path);
}

// What programs do beside what they are asked to, each with its reason.
function isIncidental(kind, path, said) {
  const demands = said.demands;
  if (kind === 'write' && /^\/dev\/(null|tty|std\w+|fd\/\d+|pts\/\d+)$/.test(path)) return true;
  if (path.startsWith('/proc/') || path.startsWith(join(top, 'tmp') + '/')) return true; // temporary files
  const usesGit = demands.some((d) => d.capability.startsWith('git.'));
  if (usesGit && (path === join(root, '.git') || path.startsWith(join(root, '.git/')))) return true; // git.* stands for it
  // sed -i writes beside the file and renames.
  if (/^sed\w{6}$/.test(basename(path)))
    return demands.some((d) => d.capability === 'file.write' && d.resource !== 'none' && (dirname(d.value ?? '') === dirname(path) || covers(d, path)));
  return false;
}

function isAllowed(kind, path, said) {
  const demands = said.demands;
  if (demands.some((d) => d.capability === 'shell.exec')) return true;
  if (isIncidental(kind, path, said)) return true;
  if (kind === 'connect') return demands.some((d) => d.capability === 'network.fetch' && (d.resource === 'unknown' || d.value.startsWith(path)));
  if (kind === 'exec') {
    const name = basename(path);
    if (!/^\/(usr\/)?bin\/|^\/usr\/lib\/(git-core|gcc)\//.test(path)) return false;
    // Children of programs that are known to have them.
    const helpers = { gcc: ['cc1', 'as', 'collect2', 'ld', 'lto-wrapper', 'x86_64-linux-gnu-gcc-12', 'x86_64-linux-gnu-as', 'x86_64-linux-gnu-ld', 'x86_64-linux-gnu-ld.bfd', 'ld.bfd'], git: ['git', 'less', 'pager'], tar: ['gzip', 'sh'], gzip: ['gzip'], nohup: [], egrep: ['grep'], fgrep: ['grep'] };
    return [...said.programs, 'bash', 'sh', 'dash', 'env', 'nice', 'timeout', 'nohup', 'stdbuf', 'xargs', 'find', 'strace'].includes(name) ||
      said.programs.some((p) => (helpers[p] ?? []).includes(name) || (p === 'git' && name.startsWith('git'))) || said.line.includes(name);
  }
  // mkdir -p makes what leads to the folder that is asked for.
  if (kind === 'mkdir' && demands.some((d) => d.capability === 'file.write' && (d.value ?? '').startsWith(path + '/'))) return true;
  if (kind === 'mkdir' && demands.some((d) => d.resource === 'changed' && d.files.some((file) => file.startsWith(path + '/')))) return true;
  const names = kind === 'delete' ? ['file.delete'] : ['file.write'];
  // Deleting what a command itself writes (cp --remove, mv over a file) is part of writing; the other way round too.
  if (kind === 'delete') names.push('file.write');
  return demands.some((d) => names.includes(d.capability) && covers(d, path));
}

// ---- The run ----

let failures = 0;
let opaque = 0;
let events = 0;
const deadline = Date.now() + Number(process.argv[5] ?? 1500) * 1000;
let done = 0;
for (; done < count && Date.now() < deadline; done++) {
  const command = line(2);
  reset();
  const out = spawnSync(aex, ['shell', '--json', '--cwd', root, '--root', root, '--', command], { encoding: 'utf8', env: { ...clean, HOME: home } });
  if (out.status !== 0 && out.status !== 1) {
    console.log(`FAIL ${JSON.stringify(command)}: aex ended with ${out.status ?? out.signal} ${out.stderr}`);
    failures++;
    continue;
  }
  const report = JSON.parse(out.stdout);
  const said = { line: command, programs: report.parts.map((p) => p.program), demands: report.parts.flatMap((p) => p.demands) };
  if (!report.understood || !hasPlainNames(report) || !findChanges(report)) {
    opaque++;
    continue; // it demands shell.exec: nothing to check, and nothing to run
  }
  // A command that feeds itself must end: time and file size are limited.
  spawnSync('sh', ['-c', 'ulimit -t 5 -f 4096; exec strace "$@"', 'sh', '-f', '-qq', '-y', '-s', '4096', '-e', 'trace=%file,%process,connect,fchdir', '-e', 'signal=none', '-o', trace, 'bash', '-c', command],
    { cwd: root, env: clean, stdio: 'ignore', timeout: 10000, killSignal: 'SIGKILL' });
  for (const [kind, raw] of observed(readFileSync(trace, 'utf8'))) {
    const path = kind === 'connect' ? raw : normalize(raw).replace(/(.)\/$/, '$1');
    events++;
    if (!isAllowed(kind, path, said)) {
      console.log(`FAIL ${JSON.stringify(command)}: ${kind} ${path} is not among ${JSON.stringify(said.demands.map((d) => `${d.capability}:${d.value ?? d.resource}`))}`);
      failures++;
      break;
    }
  }
}
rmSync(top, { recursive: true, force: true });
console.log(`${done} of ${count} command lines, ${opaque} opaque, ${events} effects checked, ${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
