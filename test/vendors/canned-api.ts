/** A model on loopback, for Claude Code (`/v1/messages`), Codex (`/v1/responses`), Gemini CLI
 * (`:streamGenerateContent`), Qwen Code and OpenCode (`/chat/completions`). It answers "hello"; a message that
 * contains `run: COMMAND` makes the agent run that command. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type CannedApi = { readonly url: string; close(): void };

type Item = {
  readonly type?: string;
  readonly role?: string;
  readonly content?: unknown;
  readonly parts?: unknown;
};

export async function startApi(): Promise<CannedApi> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
      const body = parseBody(Buffer.concat(parts).toString());
      if (request.url?.includes('/responses')) answerCodex(body, response);
      else if (request.url?.includes('/chat/completions')) answerChat(body, response);
      else if (request.url?.includes('enerateContent')) answerGemini(body, request.url, response);
      else if (/\/messages(\?|$)/.test(request.url ?? '')) answerClaude(body, response);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function parseBody(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The command that the last message of the user names; undefined once it has run. */
function commandIn(items: readonly Item[]): string | undefined {
  // Reminders of the program itself come last.
  const last = items.filter(({ role }) => role !== 'system').at(-1);
  if (last === undefined || (last.role !== 'user' && last.type !== 'message')) return undefined;
  const text = JSON.stringify(last.content ?? last.parts ?? '');
  if (/tool_result|functionResponse/.test(text)) return undefined;
  return [...text.matchAll(/run: ([^"\\]+)/g)].at(-1)?.[1];
}

function sse(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (event: { readonly type: string } & Record<string, unknown>) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function answerClaude(body: Record<string, unknown>, response: ServerResponse): void {
  const command = commandIn((body.messages ?? []) as Item[]);
  const hasBash = JSON.stringify(body.tools ?? []).includes('"Bash"');
  const usage = { input_tokens: 1, output_tokens: 1 };
  const block =
    command !== undefined && hasBash
      ? { type: 'tool_use', id: `tool_${Date.now()}`, name: 'Bash', input: {} }
      : { type: 'text', text: '' };
  const delta =
    block.type === 'text'
      ? { type: 'text_delta', text: 'hello' }
      : { type: 'input_json_delta', partial_json: JSON.stringify({ command, description: 'run' }) };
  const stop = block.type === 'text' ? 'end_turn' : 'tool_use';
  const message = { id: 'm1', type: 'message', role: 'assistant', model: 'canned', usage };
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const content = [{ type: 'text', text: 'hello' }];
    response.end(JSON.stringify({ ...message, content, stop_reason: 'end_turn' }));
    return;
  }
  const send = sse(response);
  send({ type: 'message_start', message: { ...message, content: [], stop_reason: null } });
  send({ type: 'content_block_start', index: 0, content_block: block });
  send({ type: 'content_block_delta', index: 0, delta });
  send({ type: 'content_block_stop', index: 0 });
  send({ type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: 1 } });
  send({ type: 'message_stop' });
  response.end();
}

function answerCodex(body: Record<string, unknown>, response: ServerResponse): void {
  const command = commandIn((body.input ?? []) as Item[]);
  const hasTool = JSON.stringify(body.tools ?? []).includes('"exec_command"');
  const item =
    command !== undefined && hasTool
      ? {
          type: 'function_call',
          call_id: `call_${Date.now()}`,
          name: 'exec_command',
          arguments: JSON.stringify({ cmd: command }),
        }
      : {
          type: 'message',
          role: 'assistant',
          id: 'm1',
          content: [{ type: 'output_text', text: 'hello' }],
        };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const send = sse(response);
  send({ type: 'response.created', response: { id: 'r1' } });
  send({ type: 'response.output_item.done', item });
  send({ type: 'response.completed', response: { id: 'r1', usage } });
  response.end();
}

function answerChat(body: Record<string, unknown>, response: ServerResponse): void {
  const command = commandIn((body.messages ?? []) as Item[]);
  const tool = /"(run_shell_command|bash)"/.exec(JSON.stringify(body.tools ?? []))?.[1];
  const call =
    command === undefined || tool === undefined
      ? undefined
      : {
          index: 0,
          id: `call_${Date.now()}`,
          type: 'function',
          function: {
            name: tool,
            arguments: JSON.stringify({ command, description: 'run', is_background: false }),
          },
        };
  const message =
    call === undefined
      ? { role: 'assistant', content: 'hello' }
      : { role: 'assistant', content: null, tool_calls: [call] };
  const finish_reason = call === undefined ? 'stop' : 'tool_calls';
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const of = { id: 'c1', created: 1, model: 'canned', usage };
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...of, choices: [{ index: 0, message, finish_reason }] }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, reason: string | null) =>
    response.write(
      `data: ${JSON.stringify({ ...of, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`,
    );
  send(message, null);
  send({}, finish_reason);
  response.end('data: [DONE]\n\n');
}

function answerGemini(
  body: Record<string, unknown>,
  url: string | undefined,
  response: ServerResponse,
): void {
  const command = commandIn((body.contents ?? []) as Item[]);
  const hasTool = JSON.stringify(body.tools ?? []).includes('"run_shell_command"');
  const part =
    command !== undefined && hasTool
      ? { functionCall: { name: 'run_shell_command', args: { command } } }
      : { text: 'hello' };
  const answer = JSON.stringify({
    candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  });
  const streams = url?.includes('stream') === true;
  const type = streams ? 'text/event-stream' : 'application/json';
  response.writeHead(200, { 'content-type': type });
  response.end(streams ? `data: ${answer}\n\n` : answer);
}
