// SPDX-License-Identifier: Apache-2.0
// The tasks of the conformance server: calls whose result is fetched later (extension io.modelcontextprotocol/tasks).
import { randomUUID } from 'node:crypto';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const said = (text) => ({ resultType: 'complete', content: [{ type: 'text', text }] });
const fault = (code, message, data) => Object.assign(new Error(message), { code, data });
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const question = (message, name) => ({
  method: 'elicitation/create',
  params: {
    message,
    requestedSchema: { type: 'object', properties: { [name]: { type: 'string' } }, required: [name] },
  },
});

const declares = (params) =>
  params._meta?.['io.modelcontextprotocol/clientCapabilities']?.extensions?.[EXTENSION] !== undefined;

function demandDeclared(params) {
  if (!declares(params)) {
    const data = { requiredCapabilities: { extensions: { [EXTENSION]: {} } } };
    throw fault(-32021, `the client must declare ${EXTENSION}`, data);
  }
}

const tasks = new Map();

/** Starts `work(task)` and returns what the call is answered with; the work's outcome is for tasks/get. */
function create(work) {
  const now = new Date().toISOString();
  const task = { taskId: randomUUID(), status: 'working', createdAt: now, lastUpdatedAt: now, ttlMs: 600_000, pollIntervalMs: 100 };
  tasks.set(task.taskId, { task, answers: {}, wake: () => {} });
  const settle = (change) => task.status !== 'cancelled' && Object.assign(task, change, { lastUpdatedAt: new Date().toISOString() });
  work(tasks.get(task.taskId)).then(
    (result) => settle({ status: 'completed', result }),
    (error) => settle({ status: 'failed', error: { code: error.code ?? -32603, message: error.message } }),
  );
  return { resultType: 'task', ...task };
}

/** Waits until all that is asked was answered; what is left is in the task. */
async function gather(entry, requests) {
  entry.task.inputRequests = { ...requests };
  entry.task.status = 'input_required';
  while (Object.keys(entry.task.inputRequests).length > 0) {
    await new Promise((resolve) => {
      entry.wake = resolve;
    });
  }
  delete entry.task.inputRequests;
  entry.task.status = 'working';
  return entry.answers;
}

/** Runs as a task for clients that know them, at once for the others. */
const either = (work) => (params) => (declares(params) ? create(() => work(params.arguments ?? {})) : work(params.arguments ?? {}));

export const taskTools = {
  greet: (params) => said(`Hello, ${params.arguments?.name}!`),
  slow_compute: either(async ({ seconds = 0 }) => {
    await sleep(Math.min(seconds, 30));
    return said(`computed for ${seconds} s`);
  }),
  failing_job(params) {
    demandDeclared(params);
    return create(async () => {
      await sleep(1);
      return { ...said('the job failed'), isError: true };
    });
  },
  protocol_error_job: (params) => {
    demandDeclared(params);
    return create(async () => {
      throw fault(-32603, 'the job broke');
    });
  },
  confirm_delete: (params) => {
    demandDeclared(params);
    return create(async (entry) => {
      const { confirm } = await gather(entry, { confirm: question('Delete it?', 'confirm') });
      return said(`confirmed: ${JSON.stringify(confirm)}`);
    });
  },
  multi_input: (params) => {
    demandDeclared(params);
    return create(async (entry) => {
      const answers = await gather(entry, { first: question('The first?', 'first'), second: question('The second?', 'second') });
      return said(`both: ${JSON.stringify(answers)}`);
    });
  },
  test_tool_with_task(params) {
    demandDeclared(params);
    const answer = params.inputResponses?.user_name;
    if (answer === undefined) {
      return { resultType: 'input_required', inputRequests: { user_name: question('What is your name?', 'name') } };
    }
    return create(async () => said(`done for ${JSON.stringify(answer)}`));
  },
};

function find(params) {
  demandDeclared(params);
  const entry = tasks.get(params.taskId);
  if (entry === undefined) {
    throw fault(-32602, 'no such task');
  }
  return entry;
}

export const taskMethods = {
  'tasks/get': (params) => ({ ...find(params).task, resultType: 'complete' }),
  'tasks/update'(params) {
    const entry = find(params);
    for (const [key, answer] of Object.entries(params.inputResponses ?? {})) {
      if (entry.task.inputRequests?.[key] !== undefined) {
        entry.answers[key] = answer;
        delete entry.task.inputRequests[key];
      }
    }
    entry.wake();
    return {};
  },
  'tasks/cancel'(params) {
    const { task } = find(params);
    if (!['completed', 'failed', 'cancelled'].includes(task.status)) {
      task.status = 'cancelled';
      task.lastUpdatedAt = new Date().toISOString();
    }
    return {};
  },
};

export const taskExtension = { [EXTENSION]: {} };
