// SPDX-License-Identifier: Apache-2.0
// Records what the real Claude Code sends to its hooks, for every tool it offers, into tests/fixtures/claude/: one
// file EVENT-TOOL.json each (the first seen), with neutral paths and ids. Files of what it does not record are kept.
//
// The tool calls run for real, in a scratch project and home.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { installClaude, runClaude } from '../tests/e2e/support/claude.mjs';
import { makeScratch } from '../tests/e2e/support/scratch.mjs';

const fixtures = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../tests/fixtures/claude');

const events = [
  ...['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'PermissionRequest', 'PermissionDenied'],
  ...['UserPromptSubmit', 'SessionStart', 'SessionEnd', 'Stop', 'SubagentStart', 'SubagentStop', 'ConfigChange'],
  ...['TaskCreated', 'TaskCompleted', 'CwdChanged', 'WorktreeRemove', 'Notification', 'PreCompact'],
];

/** One tool call a turn; the model then says it is done. */
const turns = (...calls) => ({
  steps: [...calls.map(([tool, input]) => ({ reply: [{ tool, input }] })), { reply: [{ text: 'done' }] }],
});

/** Each session offers other tools: that depends on how Claude Code is started. */
const sessions = [
  {
    name: 'files and shell',
    calls: (at) => [
      ['Bash', { command: 'echo hi', timeout: 5000, description: 'say hi' }],
      ['Bash', { command: 'exit 3', description: 'fail' }],
      ['Read', { file_path: at('a.txt') }],
      ['Read', { file_path: at('missing.txt') }],
      ['Write', { file_path: at('new.txt'), content: 'c\n' }],
      ['Edit', { file_path: at('a.txt'), old_string: 'hello', new_string: 'bye', replace_all: false }],
      ['Read', { file_path: at('n.ipynb') }],
      ['NotebookEdit', { notebook_path: at('n.ipynb'), cell_id: 'c1', new_source: '2' }],
      ['Monitor', { command: 'echo one', description: 'm', timeout_ms: 1000 }],
    ],
  },
  {
    name: 'web, agents and control',
    calls: () => [
      ['WebFetch', { url: 'http://127.0.0.1:9/x', prompt: 'p' }],
      ['WebSearch', { query: 'abc' }],
      ['Skill', { skill: 'sk', args: 'a' }],
      ['Agent', { description: 'd', prompt: 'SUBTASK do it', subagent_type: 'general-purpose' }],
      ['ListAgents', {}],
      ['SendMessage', { to: 'nobody', message: 'm', summary: 's' }],
      ['ReportFindings', { findings: [] }],
      ['CronCreate', { cron: '0 9 * * *', prompt: 'p', recurring: false }],
      ['CronList', {}],
      ['CronDelete', { id: 'none' }],
      ['TaskStop', { task_id: 'none' }],
      ['EnterWorktree', { name: 'w' }],
      ['ExitWorktree', { action: 'remove', discard_changes: true }],
      ['Workflow', { name: 'none' }],
    ],
    conversations: { SUBTASK: [{ reply: [{ text: 'done' }] }] },
  },
  {
    name: 'waking up later (it is ended while it waits)',
    seconds: 10,
    calls: () => [['ScheduleWakeup', { delaySeconds: 3600, reason: 'r', prompt: 'p' }]],
  },
  {
    name: 'search and tasks',
    words: ['--tools', 'Glob,Grep,TaskCreate,TaskGet,TaskUpdate,TaskList'],
    calls: (at) => [
      ['Glob', { pattern: '**/*' }],
      ['Grep', { pattern: 'hello', path: at('.'), glob: '*.txt', output_mode: 'content' }],
      ['TaskCreate', { subject: 's', description: 'd' }],
      ['TaskGet', { taskId: '1' }],
      ['TaskUpdate', { taskId: '1', status: 'completed' }],
      ['TaskList', {}],
    ],
  },
  {
    name: 'the older todo list',
    words: ['--tools', 'TodoWrite'],
    env: { CLAUDE_CODE_ENABLE_TASKS: '0' },
    calls: () => [['TodoWrite', { todos: [{ content: 'c', status: 'pending', activeForm: 'doing c' }] }]],
  },
  {
    name: 'a person to ask',
    words: ['--input-format', 'stream-json', '--permission-prompt-tool', 'stdio'],
    env: { CLAUDE_CODE_USE_POWERSHELL_TOOL: '1' },
    mode: 'default',
    calls: () => [
      ['EnterPlanMode', {}],
      ['PowerShell', { command: 'Write-Output hi', description: 'd' }],
      ['ExitPlanMode', { plan: '1. nothing' }],
      [
        'AskUserQuestion',
        {
          questions: [
            {
              question: 'Which?',
              header: 'Which',
              multiSelect: false,
              options: [
                { label: 'A', description: 'the first' },
                { label: 'B', description: 'the second' },
              ],
            },
          ],
        },
      ],
    ],
  },
];

function fillProject(scratch) {
  const taps = path.join(scratch.root, 'taps');
  fs.mkdirSync(taps);
  scratch.write('a.txt', 'hello\n');
  scratch.write(
    'n.ipynb',
    JSON.stringify({
      cells: [{ id: 'c1', cell_type: 'code', source: '1', metadata: {}, outputs: [], execution_count: null }],
      metadata: { language_info: { name: 'python' } },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );
  scratch.write('.claude/skills/sk/SKILL.md', '---\nname: sk\ndescription: a skill\n---\nNothing to do.\n');
  const command = `cat >"$(mktemp ${taps}/$(date +%s%N)-XXXXXX)"`;
  const hooks = Object.fromEntries(events.map((event) => [event, [{ hooks: [{ type: 'command', command }] }]]));
  scratch.write('.claude/settings.json', JSON.stringify({ hooks, skipWebFetchPreflight: true }));
  const git = ['-c', 'user.name=dev', '-c', 'user.email=dev@localhost', 'commit', '-q', '-m', 'start', 'a.txt'];
  execFileSync('git', ['add', 'a.txt'], { cwd: scratch.project });
  execFileSync('git', git, { cwd: scratch.project });
  return taps;
}

/** Paths of this run become those of a developer, and its ids a sequence. */
function neutralise(text, scratch) {
  const ids = new Map();
  return text
    .replaceAll(scratch.project, '/ws/repo')
    .replaceAll(scratch.home, '/home/dev')
    .replaceAll(path.join(scratch.root, 'tmp'), '/tmp')
    .replaceAll(scratch.project.replace(/[^A-Za-z0-9]/g, '-'), '-ws-repo')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
      ids.set(id, ids.get(id) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`);
      return ids.get(id);
    });
}

function keep(taps, scratch, recorded) {
  for (const name of fs.readdirSync(taps).sort()) {
    const input = JSON.parse(neutralise(fs.readFileSync(path.join(taps, name), 'utf8'), scratch));
    const file = [input.hook_event_name, input.tool_name].filter(Boolean).join('-') + '.json';
    if (!recorded.has(file)) {
      recorded.add(file);
      fs.writeFileSync(path.join(fixtures, file), `${JSON.stringify(input, null, 2)}\n`);
    }
  }
}

async function record(claude, session, recorded) {
  const scratch = makeScratch();
  try {
    const taps = fillProject(scratch);
    const scenario = { ...turns(...session.calls(scratch.path)), conversations: session.conversations };
    const run = await runClaude(claude, scratch, scenario, {
      words: session.words,
      mode: session.mode,
      env: { ENABLE_TOOL_SEARCH: 'false', ...session.env },
      input: session.words?.includes('stream-json')
        ? `${JSON.stringify({ type: 'user', message: { role: 'user', content: 'go' } })}\n`
        : undefined,
      seconds: session.seconds ?? 60,
    });
    const before = recorded.size;
    keep(taps, scratch, recorded);
    console.log(`${session.name}: ${recorded.size - before} recorded${run.problems.map((problem) => `\n  ${problem}`)}`);
    for (const result of refusedCalls(run.requests)) {
      console.log(`  ${result}`);
    }
  } finally {
    scratch.remove();
  }
}

/** What the agent answered to calls it did not carry out: a tool it has no more, an input it wants otherwise. */
function refusedCalls(requests) {
  const results = (requests.at(-1)?.body?.messages ?? []).flatMap((message) =>
    Array.isArray(message.content) ? message.content.filter((block) => block.is_error) : [],
  );
  return results.map((block) => JSON.stringify(block.content).slice(0, 200));
}

const claude = installClaude();
const recorded = new Set();
for (const session of sessions) {
  await record(claude, session, recorded);
}
console.log(`${recorded.size} files in ${fixtures}`);
