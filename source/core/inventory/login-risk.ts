/** tmux servers that end together with a login, and every agent in them. */
import type { Check } from '../model/doctor-check.ts';
import type { Inventory } from '../model/model.ts';
import type { LoginScope, Logins } from '../ports/logins.ts';

type Risk = { readonly text: string; readonly advice: string };

const inScope = 'start tmux with systemd-run --user --scope tmux';
const linger = 'run loginctl enable-linger';

/** @returns nothing for a server that stays. logind kills a session's processes whether the user lingers or not; if
 * it is not known to do so, lingering counts as the user's intention to stay. */
export function loginRisk({ session, isLingering, killsProcesses }: LoginScope): Risk | undefined {
  if (session === undefined)
    return isLingering
      ? undefined
      : { text: 'runs below your user manager: it ends with your last logout', advice: linger };
  if (killsProcesses === false || (killsProcesses === undefined && isLingering)) return undefined;
  const end = killsProcesses === true ? 'it ends' : 'it may end';
  return {
    text: `is in login session ${session}: ${end} when you log out`,
    advice: isLingering ? inScope : `${linger}, and ${inScope}`,
  };
}

/** One failed check for each tmux server with agents or other sessions that ends with a login. */
export function loginChecks({ servers }: Pick<Inventory, 'servers'>, logins: Logins): Check[] {
  const panes = servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
  const pids = [...new Set(panes.map(({ serverPid }) => serverPid))];
  return pids.flatMap((pid): Check[] => {
    const scope = logins.read(pid);
    const risk = scope && loginRisk(scope);
    if (risk === undefined) return [];
    const { text: detail, advice } = risk;
    return [{ name: `tmux server ${pid}`, state: 'bad', detail, advice }];
  });
}
