/** A row's tmux session as the last poll read it: exactly that name, on exactly that server. */
import type { Inventory, Pane, Row } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';

/** @returns the session and its panes; undefined if the row has no session, or the server did not list it. */
export function sessionOf(row: Row, inventory: Inventory) {
  if (row.session === undefined) return undefined;
  const { name, socket } = row.session;
  const server = inventory.servers.find(each => each.socket === socket);
  const all: readonly Pane[] = server?.reading.ok ? server.reading.value : [];
  const panes = all.filter(pane => pane.sessionName === name);
  const [first] = panes;
  if (server === undefined || first === undefined) return undefined;
  const { serverPid, sessionId: id, createdAt } = first;
  const ref: SessionRef = { socketPath: server.path, serverPid, id, name, createdAt };
  return { panes, ref };
}
