/** What the guard prints: events as text with the time, or as JSON lines. */
import type { GuardStatus } from '../../core/model/guard-status.ts';
import { rowClasses, type Snapshot } from '../../core/model/model.ts';
import type { GuardEvent, GuardObserver, Look } from '../../guard/observer.ts';
import { stampOf } from '../../text/history-lines.ts';
import { spansIn, type Tone } from '../../text/line.ts';
import { counted } from '../../text/units.ts';
import type { Output } from '../output.ts';

export type GuardOutput = GuardObserver & {
  /** Prints the status on request. */
  status(now: { readonly status: GuardStatus; readonly look?: Look }): void;
};

const bad: ReadonlySet<string> = new Set([
  'alert-raised',
  'warning',
  'held-back',
  'config-refused',
]);

export function guardOutput(output: Output, isJson: boolean): GuardOutput {
  const say = spansIn(output.charset);
  let counts: string | undefined;
  const happened = (event: GuardEvent) => {
    const { at, ...fields } = event;
    if (isJson) return output.json({ time: timeOf(at), ...fields }, 'compact');
    const tone: Tone = bad.has(event.event) ? 'problem' : 'plain';
    output.lines([[say(`${stampOf(at)}  `, 'dim'), say(`${event.event}: ${event.text}`, tone)]]);
  };
  return {
    happened,
    /** Only when the numbers of rows or the problems have changed. */
    looked({ snapshot, at, tookMs }) {
      const text = countsIn(snapshot);
      if (text === counts) return;
      counts = text;
      const { totals, problems } = snapshot;
      const messages = problems.map(({ message }) => message);
      happened({ event: 'looked', at, text, tookMs, totals, problems: messages });
    },
    status({ status, look }) {
      const { health, alerts, lastAction, doing } = status;
      const parts = [
        look === undefined ? 'no poll yet' : countsIn(look.snapshot),
        `health ${health}`,
        counted(alerts.length, 'alert'),
        ...alerts.map(({ text }) => text),
        doing === undefined ? `last action: ${lastAction ?? 'none'}` : `doing: ${doing}`,
      ];
      const times = {
        startedAt: timeOf(status.startedAt),
        lastLookAt: timeOf(status.lastLookAt),
        lastRunAt: timeOf(status.lastRunAt),
      };
      happened({
        ...{ event: 'status', at: Date.now(), text: parts.join('; '), pid: status.pid, ...times },
        ...{ health, lastAction, doing },
        alerts: alerts.map(each => ({ ...each, since: timeOf(each.since) })),
      });
    },
  };
}

/** `8 live, 46 ghost; 1 problem`. */
function countsIn({ totals, problems }: Snapshot): string {
  const rows = rowClasses
    .filter(name => totals[name] > 0 && name !== 'ended')
    .map(name => `${totals[name]} ${name}`);
  const found = rows.join(', ') || 'no agents';
  return problems.length === 0 ? found : `${found}; ${counted(problems.length, 'problem')}`;
}

function timeOf(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
