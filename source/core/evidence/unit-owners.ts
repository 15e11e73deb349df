/** The systemd service that runs an agent: it may start it again, and is stopped by its name. A login, a terminal or
 * a cron job runs in a service too; such a service is not stopped for an agent in it. */

import type { Scene } from '../inventory/scene.ts';
import { isAlive } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { baseName } from '../programs/command-line.ts';
import { describeProcess } from '../programs/process-name.ts';
import { proof } from './evidence.ts';
import type { Managed } from './manager-owners.ts';

/** A unit's name cannot be taken for an option. */
const isPlain = (unit: string) => /^[\w:@][\w:@.\\-]{0,250}\.service$/.test(unit);

/** @param root the agent program, which is on no tmux server. @param members the row's own processes. */
export function unitOf(
  root: Process,
  members: readonly Process[],
  scene: Scene,
): Managed | undefined {
  const { service, isUserService, isNamespaced } = scene.originOf(root);
  // On a terminal a user has started it, whatever runs the terminal.
  if (service === undefined || isNamespaced === true || root.tty !== 0) return undefined;
  const line = [root, ...scene.tree.ancestorsOf(root)];
  const at = line.findIndex(isServiceManager);
  const first = line[at - 1];
  if (at < 1 || first === undefined) return undefined;
  const evidence = proof('manager', `systemd runs it: unit ${service}`);
  const base = { kind: 'systemd-unit', id: service, directory: '' } as const;
  const own = new Set(members.map(({ pid }) => pid));
  const isIts = (each: Process) =>
    own.has(each.pid) || ['shell', 'wrapper', 'launcher'].includes(scene.kindOf(each).kind);
  const other = scene.tree.subtreeOf(first).find(each => isAlive(each) && !isIts(each));
  const whyNotAsked = !isPlain(service)
    ? 'the name of its unit is not plain text'
    : isUserService !== true && scene.machine.uid !== 0
      ? 'only root may stop a unit of the system'
      : other && `its unit also runs ${describeProcess(other)}`;
  if (whyNotAsked !== undefined) return { owner: { ...base, managed: { whyNotAsked } }, evidence };
  const words = isUserService === true ? ['systemctl', '--user'] : ['systemctl'];
  return {
    owner: { ...base, stop: [...words, 'stop', service], managed: { ends: `unit ${service}` } },
    evidence,
  };
}

/** Of the system or of a user. */
function isServiceManager({ pid, argv }: Process): boolean {
  return pid === 1 || (baseName(argv[0] ?? '') === 'systemd' && argv.includes('--user'));
}
