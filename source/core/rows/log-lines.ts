/** Lines of an agent's log, progress and findings files, in readable form. Agents write one JSON object per
 * line without a fixed schema: known fields are extracted, anything else is kept. */

/** @param line raw. @returns its message in one line; the line itself if it is no JSON object. */
export function summaryOfLogLine(line: string): string {
  const fields = fieldsOf(line);
  if (fields === undefined) return line;
  const message = messageOf(fields);
  if (message === undefined) return line;
  const head = ['timestamp', 'type', 'subtype', 'finding_type', 'severity', 'status', 'progress']
    .map(name => shortOf(name, fields.get(name)))
    .filter(part => part !== undefined);
  return [...head, message].join(' ');
}

type Fields = ReadonlyMap<string, unknown>;

function fieldsOf(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** Fields that may hold the message, or its parts. */
const messageFields = ['message', 'text', 'result', 'content', 'error', 'description'];

function messageOf(fields: Fields): string | undefined {
  for (const place of messageFields) {
    const said = textOf(fields.get(place));
    if (said !== undefined) return said;
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.replaceAll(/\s+/g, ' ');
  if (Array.isArray(value)) {
    const parts = value.map(textOf).filter(part => part !== undefined);
    return parts.length > 0 ? parts.join(' ') : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map(Object.entries(value));
  // A tool use: its name and input.
  const name = fields.get('name');
  if (typeof name === 'string') return `${name} ${JSON.stringify(fields.get('input') ?? {})}`;
  return messageOf(fields);
}

function shortOf(name: string, value: unknown): string | undefined {
  if (typeof value === 'number') return name === 'progress' ? `${value}%` : String(value);
  if (typeof value !== 'string' || value === '') return undefined;
  // Time of day of an ISO timestamp.
  return name === 'timestamp' ? (/T(\d\d:\d\d:\d\d)/.exec(value)?.[1] ?? value) : value;
}
