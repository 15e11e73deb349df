/** What the guard reads beyond a poll: numbers of open descriptors and sizes of logs. */
import { lstatSync, readdirSync } from 'node:fs';
import type { GuardSensors } from '../../core/ports/guard-ports.ts';
import { procRoot } from '../processes/process-source.ts';
import { tryTo } from '../run/try-to.ts';

export const guardSensors: GuardSensors = {
  countDescriptors: processes =>
    new Map(
      processes.flatMap(({ pid }) => {
        const count = tryTo(() => readdirSync(`${procRoot}/${pid}/fd`).length);
        return count === undefined ? [] : [[pid, count] as const];
      }),
    ),
  sizeOf(path) {
    const info = tryTo(() => lstatSync(path, { throwIfNoEntry: false }));
    return info?.isFile() ? info.size : undefined;
  },
};
