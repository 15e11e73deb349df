/** A model on loopback, for Claude Code (`/v1/messages`) and Codex (`/v1/responses`). It answers "hello"; a
 * message that contains `run: COMMAND` makes the agent run that command. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type CannedApi = { readonly url: string; close(): void };

type Item = { readonly type?: string; readonly role?: string; readonly content?: unknown };

export async function startApi(): Promise<CannedApi> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
      const body = parseBody(Buffer.concat(parts).toString());
      if (request.url?.includes('/responses')) answerCodex(body, response);
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
  const text = JSON.stringify(last.content ?? '');
  if (text.includes('tool_result')) return undefined;
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
