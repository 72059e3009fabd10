// SPDX-License-Identifier: Apache-2.0
// The Anthropic Messages API, as far as a coding agent uses it: an adapter for model-server.mjs.
// https://docs.anthropic.com/en/api/messages and .../messages-streaming

export const anthropicMessages = {
  accepts(request) {
    return request.method === 'POST' && new URL(request.url, 'http://x').pathname === '/v1/messages';
  },

  /** Titles, quota probes and classifiers offer no tools, or nothing but the server's own search. */
  isSide(body) {
    return (body.tools ?? []).every((tool) => tool.type?.startsWith('web_search'));
  },

  firstText(body) {
    return textOf(body.messages.find((message) => message.role === 'user'));
  },

  /** All since the model last spoke: notes of the agent's own can follow a tool's result as messages of theirs. */
  newestText(body) {
    const last = body.messages.findLastIndex((message) => message.role === 'assistant');
    return body.messages
      .slice(last + 1)
      .map(textOf)
      .join('\n');
  },

  offeredTools(body) {
    return body.tools.map((tool) => tool.name);
  },

  reply(response, body, parts) {
    const content = parts.map(contentBlock);
    const message = {
      id: 'msg_scripted',
      type: 'message',
      role: 'assistant',
      model: body.model,
      content,
      stop_reason: content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    if (body.stream) {
      stream(response, message);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(message));
    }
  },
};

/** Everything readable in a message: its text and the results of tools, errors marked. */
function textOf(message) {
  if (message === undefined) {
    return '';
  }
  if (typeof message.content === 'string') {
    return message.content;
  }
  return message.content.map(blockText).join('\n');
}

function blockText(block) {
  if (block.type === 'text') {
    return block.text;
  }
  if (block.type === 'tool_result') {
    const content = typeof block.content === 'string' ? block.content : (block.content ?? []).map(blockText).join('\n');
    return block.is_error ? `[error] ${content}` : content;
  }
  return '';
}

function contentBlock(part) {
  return part.tool === undefined
    ? { type: 'text', text: part.text }
    : { type: 'tool_use', id: part.id, name: part.tool, input: part.input ?? {} };
}

function stream(response, message) {
  const event = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  event('message_start', { message: { ...message, content: [], stop_reason: null } });
  message.content.forEach((block, index) => {
    const isTool = block.type === 'tool_use';
    event('content_block_start', { index, content_block: isTool ? { ...block, input: {} } : { type: 'text', text: '' } });
    const delta = isTool
      ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
      : { type: 'text_delta', text: block.text };
    event('content_block_delta', { index, delta });
    event('content_block_stop', { index });
  });
  event('message_delta', {
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: { output_tokens: 1 },
  });
  event('message_stop', {});
  response.end();
}
