/** A row's tmux session as the last poll read it: exactly that name, on exactly that server. */
import type { Inventory, Pane, Row } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';

export type SeenSession = { readonly ref: SessionRef; readonly panes: readonly Pane[] };

/** @returns undefined if the row has no session, or the server did not list it. */
export function sessionOf(row: Row, inventory: Inventory): SeenSession | undefined {
  if (row.session === undefined) return undefined;
  const { name, socket } = row.session;
  const server = inventory.servers.find(each => each.socket === socket);
  const all: readonly Pane[] = server?.reading.ok ? server.reading.value : [];
  const panes = all.filter(pane => pane.sessionName === name);
  const [first] = panes;
  if (server === undefined || first === undefined) return undefined;
  return {
    panes,
    ref: {
      socketPath: server.path,
      serverPid: first.serverPid,
      id: first.sessionId,
      name,
      createdAt: first.createdAt,
    },
  };
}
