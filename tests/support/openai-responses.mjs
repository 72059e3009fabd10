// SPDX-License-Identifier: Apache-2.0
// The OpenAI Responses API, as far as a coding agent uses it: an adapter for model-server.mjs.
// https://platform.openai.com/docs/api-reference/responses and .../responses-streaming
//
// A part { tool, input } with an object is a function call; `namespace` names the MCP server's ("mcp__fs"). With a text
// it is a call of a tool of free form (apply_patch).

export const openaiResponses = {
  accepts(request) {
    return request.method === 'POST' && new URL(request.url, 'http://x').pathname.endsWith('/responses');
  },

  /** Titles and reviewers offer no tools. */
  isSide(body) {
    return (body.tools ?? []).length === 0;
  },

  /** Everything the user said first: the agent's own notes come before the prompt, as messages of their own. */
  firstText(body) {
    const end = body.input.findIndex(isFromModel);
    return textOf(end < 0 ? body.input : body.input.slice(0, end));
  },

  newestText(body) {
    return textOf(body.input.slice(body.input.findLastIndex(isFromModel) + 1));
  },

  offeredTools(body) {
    return body.tools.flatMap((tool) =>
      tool.type === 'namespace' ? tool.tools.map((inner) => `${tool.name}__${inner.name}`) : [tool.name ?? tool.type],
    );
  },

  reply(response, body, parts) {
    const output = parts.map((part, index) => ({ id: `item_${index}`, status: 'completed', ...outputItem(part) }));
    const usage = {
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2,
    };
    stream(response, { id: 'resp_scripted', object: 'response', model: body.model, output, usage });
  },
};

function isFromModel(item) {
  return (item.type === 'message' && item.role === 'assistant') || /_call$|^reasoning$/.test(item.type);
}

/** Everything readable in items: messages and the results of tools. */
function textOf(items) {
  return items
    .map((item) => item.content ?? item.output ?? '')
    .map((content) => (typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('\n')))
    .join('\n');
}

function outputItem(part) {
  if (part.tool === undefined) {
    return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: part.text, annotations: [] }] };
  }
  const call = { call_id: part.id, name: part.tool };
  if (typeof part.input === 'string') {
    return { type: 'custom_tool_call', ...call, input: part.input };
  }
  const namespace = part.namespace === undefined ? {} : { namespace: part.namespace };
  return { type: 'function_call', ...call, ...namespace, arguments: JSON.stringify(part.input ?? {}) };
}

function stream(response, whole) {
  const event = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  event('response.created', { response: { ...whole, status: 'in_progress', output: [] } });
  whole.output.forEach((item, index) => {
    event('response.output_item.added', { output_index: index, item });
    if (item.type === 'message') {
      const at = { output_index: index, content_index: 0, item_id: item.id };
      event('response.output_text.delta', { ...at, delta: item.content[0].text });
    }
    event('response.output_item.done', { output_index: index, item });
  });
  event('response.completed', { response: { ...whole, status: 'completed' } });
  response.end();
}
