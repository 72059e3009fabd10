// SPDX-License-Identifier: Apache-2.0
// Our parser against two others: the same commands, words and redirections at the same places as shfmt --to-json
// (mvdan/sh), and acceptance as `bash -n`, over the machine's own scripts, their lines, and generated lines.
//
//   node differential.mjs DUMP_TREE [LINES] [SCRIPTS]
//
// A difference is a failure unless `explained` says why it is one.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { line, setSeed } from './generate.mjs';

const dump = process.argv[2];
const lineCount = Number(process.argv[3] ?? 5000);
const scriptCount = Number(process.argv[4] ?? 300);
for (const program of ['shfmt', 'bash']) {
  if (spawnSync(program, ['--version']).error) {
    console.log(`SKIP differential: ${program} is not installed`);
    process.exit(77);
  }
}

// ---- Input ----

function scripts() {
  const found = [];
  const folders = ['/usr/bin', '/usr/sbin', '/etc/init.d', '/usr/lib', '/usr/share', '/lib/init', '/var/lib/dpkg/info'];
  const look = (folder, depth) => {
    let names = [];
    try {
      names = readdirSync(folder).sort();
    } catch {
      return;
    }
    for (const name of names) {
      const path = join(folder, name);
      try {
        const stat = statSync(path);
        if (stat.isDirectory() && depth > 0) look(path, depth - 1);
        if (!stat.isFile() || stat.size > 100000) continue;
        const text = readFileSync(path);
        if (/^#! *\/(usr\/)?bin\/(env )?(ba|da)?sh\b/.test(text.subarray(0, 64).toString('latin1')) && !text.includes(0)) found.push(text.toString('latin1'));
      } catch {
        // Not readable: another machine's matter.
      }
      if (found.length >= scriptCount) return;
    }
  };
  for (const folder of folders) look(folder, 2);
  return found;
}

const whole = scripts();
const lines = new Set();
for (const text of whole) for (const one of text.split('\n')) if (one.trim() && !/^\s*#/.test(one)) lines.add(one);
const sampled = [...lines];
setSeed(5);
const inputs = [...whole];
for (let i = 0; i < lineCount / 2 && sampled.length > 0; i++) inputs.push(sampled[(i * 7919) % sampled.length]);
for (let i = 0; i < lineCount / 2; i++) inputs.push(line(3));

// ---- shfmt's tree in our form ----

const redirects = { 54: '>', 55: '>>', 56: '<', 57: '<>', 58: '<&', 59: '>&', 60: '>|', 61: '<<', 62: '<<-', 63: '<<<', 64: '&>', 65: '&>>' };
const joints = { 10: '&&', 11: '||', 12: '|', 13: '|' };
const at = (node) => node.Pos.Offset;
const range = (node) => `${node.Pos.Offset}-${node.End.Offset}`;

function collect(node, out) {
  if (Array.isArray(node)) {
    for (const one of node) collect(one, out);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  switch (node.Type) {
    case 'CallExpr':
      if (node.Assigns?.length) out.push('assign' + node.Assigns.map((a) => ',' + range(a)).join(''));
      if (node.Args?.length) out.push('call' + node.Args.map((a) => ',' + range(a)).join(''));
      break;
    case 'DeclClause':
      out.push('call' + [node.Variant, ...(node.Args ?? [])].map((a) => ',' + range(a)).join(''));
      break;
    case 'BinaryCmd':
      out.push(joints[node.Op]);
      break;
    case 'Subshell':
      out.push(`subshell,${at(node)}`);
      break;
    case 'Block':
      out.push(`group,${at(node)}`);
      break;
    case 'IfClause':
      collectIf(node, out);
      return;
    case 'WhileClause':
      out.push(`loop,${at(node)}`);
      break;
    case 'ForClause':
      out.push(`for,${at(node)}`);
      if (node.Loop?.Type === 'WordIter' && node.Loop.InPos?.Line) out.push('words' + (node.Loop.Items ?? []).map((w) => ',' + range(w)).join(''));
      break;
    case 'CaseClause':
      out.push(`case,${at(node)}`, `words,${range(node.Word)}`);
      break;
    case 'FuncDecl':
      out.push(`function,${at(node)}`);
      break;
    case 'TestClause':
      out.push(`test,${at(node)}`, 'words' + testWords(node.X).map((w) => ',' + w).join(''));
      break;
    case 'ArithmCmd':
      out.push(`arithmetic,${at(node)}`);
      break;
    case 'CoprocClause':
      out.push(`coproc,${at(node)}`);
      break;
    case 'CmdSubst':
      if (node.Backquotes) return; // places inside are those of the whole
      break;
    default:
      break;
  }
  if (node.Cmd !== undefined || node.Redirs !== undefined) {
    if (node.Negated) out.push('!');
    if (node.Background) out.push('&');
    for (const one of node.Redirs ?? []) {
      out.push(`redirect,${redirects[one.Op]},${one.N?.Value ?? ''},${range(one.Word)}`);
    }
  }
  const isTabbed = node.Op === 62; // <<-: places inside are those of the whole
  for (const [key, value] of Object.entries(node)) if (!key.endsWith('Pos') && !(isTabbed && key === 'Hdoc')) collect(value, out);
}

function collectIf(node, out, isElse = false) {
  if (!isElse || node.Cond?.length) out.push(`if,${at(node)}`);
  collect(node.Cond, out);
  collect(node.Then, out);
  if (node.Else) collectIf(node.Else, out, true);
}

// The operators are words to us, but for those of the grammar: ( ) ! && || < >.
function testWords(x) {
  if (x.Type === 'Word') return [range(x)];
  if (x.Type === 'ParenTest') return testWords(x.X);
  if (x.Type === 'UnaryTest') {
    const operator = x.OpPos.Offset;
    return source.slice(operator, operator + 1) === '!' ? testWords(x.X) : [`${operator}-${operator + 2}`, ...testWords(x.X)];
  }
  const operator = x.OpPos.Offset;
  const text = source.slice(operator).match(/^(&&|\|\||<|>|[^\s]+)/)[1];
  const own = ['&&', '||', '<', '>'].includes(text) ? [] : [`${operator}-${operator + text.length}`];
  return [...testWords(x.X), ...own, ...testWords(x.Y)];
}

let source = '';

// ---- Differences that are no mistakes of ours ----

const explained = [
  ['shfmt has no tree where it cannot read what Bash can', (i) => i.bash && !i.shfmt && i.ours.startsWith('ok')],
  ['Bash and shfmt disagree, and we side with Bash', (i) => i.bash === i.ours.startsWith('ok') && i.bash !== i.shfmt],
  ['we refuse a here-document that the end of the text cuts off', (i) => /here-document/.test(i.ours)],
  ['we refuse ">!" (zsh) and line breaks inside reserved words', (i) => /zsh|out of place/.test(i.ours)],
  ['we refuse single quotes in arithmetic, control characters and NUL in $\'...\'', (i) => /single quote in arithmetic|in \$'/.test(i.ours)],
  ['`let` is a command of its own to shfmt', (i) => /\blet\b/.test(i.text)],
  ['we refuse a backslash at the very end, which Bash takes for itself', (i) => /\\$/.test(i.text)],
  ['shfmt reads "time" and "coproc" apart', (i) => /\b(time|coproc)\b/.test(i.text)],
  ['digits in front of <( are part of the word to Bash', (i) => /\d[<>]\(/.test(i.text)],
  ['shfmt leaves line continuations at the end of a word in it', (i) => /\\\n/.test(i.text)],
  ['select is a for to both, with another place for its words', (i) => /\bselect\b/.test(i.text)],
];

// ---- Comparison ----

const all = spawnSync(dump, { input: Buffer.concat(inputs.map((t) => Buffer.concat([Buffer.from(`${Buffer.byteLength(t, 'latin1')}\n`), Buffer.from(t, 'latin1')]))), maxBuffer: 1 << 30 });
if (all.status !== 0) {
  console.log(`FAIL: dump_tree ended with ${all.status ?? all.signal}`);
  process.exit(1);
}
const answers = all.stdout.toString('latin1').split('\n');

// The other two read one text a process. A shell starts them, several at a time: from here each start would cost as much as
// the parsing.
const folder = mkdtempSync(join(tmpdir(), 'aex-differential-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const others = `i=$1
while [ "$i" -lt ${inputs.length} ]; do
  shfmt -ln bash --to-json <"$i" >"$i.json" 2>/dev/null; shfmt=$?
  bash -O extglob -n <"$i" 2>"$i.err"; echo "$i $shfmt $?"
  i=$((i + $2))
done`;
async function askOthers() {
  inputs.forEach((text, index) => writeFileSync(join(folder, `${index}`), text, 'latin1'));
  const shares = Math.min(4, Math.max(1, cpus().length));
  const run = promisify(execFile);
  const outputs = await Promise.all([...Array(shares).keys()].map((share) => run('sh', ['-c', others, 'sh', `${share}`, `${shares}`], { cwd: folder, maxBuffer: 1 << 28 })));
  const found = [];
  for (const { stdout } of outputs) {
    for (const one of stdout.split('\n').filter(Boolean)) {
      const [index, shfmt, bash] = one.split(' ').map(Number);
      found[index] = { shfmt: shfmt === 0, bash: bash === 0 && !/here-document/.test(readFileSync(join(folder, `${index}.err`), 'latin1')) };
    }
  }
  return found;
}
const theirAnswers = await askOthers();
const counts = new Map();
let failures = 0;
let same = 0;
let sourceLines = 0;
inputs.forEach((text, index) => {
  const ours = answers[index];
  const info = { text, ours, ...theirAnswers[index] };
  sourceLines += text.split('\n').length;
  let difference = '';
  const isFine = ours.startsWith('ok');
  if (isFine !== info.bash) difference = `Bash ${info.bash ? 'accepts' : 'refuses'} it`;
  else if (isFine !== info.shfmt) difference = `shfmt ${info.shfmt ? 'accepts' : 'refuses'} it`;
  else if (isFine) {
    source = text;
    const theirs = [];
    collect(JSON.parse(readFileSync(join(folder, `${index}.json`), 'utf8')), theirs);
    const left = ours.split(' ').slice(1).sort();
    const right = theirs.sort();
    const extra = left.filter((item) => !right.includes(item));
    const missing = right.filter((item) => !left.includes(item));
    if (left.join(' ') !== right.join(' ')) difference = `ours ${extra.slice(0, 4).join(' ')} | shfmt ${missing.slice(0, 4).join(' ')}`;
  }
  if (difference === '') {
    same++;
    return;
  }
  const reason = explained.find(([, applies]) => applies(info))?.[0];
  if (reason === undefined) {
    failures++;
    if (failures <= 40) console.log(`FAIL ${JSON.stringify(text.length > 300 ? text.slice(0, 120) + ' ...' : text)}: ${difference} (${ours.slice(0, 80)})`);
  } else {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
});
for (const [reason, count] of counts) console.log(`${count} times: ${reason}`);
console.log(`${inputs.length} texts (${sourceLines} lines), ${whole.length} of them whole scripts: ${same} the same, ${failures} unexplained`);
process.exit(failures === 0 ? 0 : 1);
