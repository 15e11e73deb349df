/** Signals where only ps tells who a pid is: it is asked right before, and a signal follows its answer at once. Between the two
 * remain the milliseconds in which ps prints and exits; systems that number processes one after the other do not give
 * a pid again in that time. */
import type { ProcessControl } from '../../../core/ports/process-control.ts';
import { send } from '../send-to-pid.ts';
import type { PsSource } from './ps-source.ts';

export function createPsControl(source: PsSource): ProcessControl {
  return {
    self: source.self,
    hold(processes) {
      source.hold(processes.map(({ pid }) => pid));
      // A table has shown them a moment ago, with the starts that are compared later.
      return [];
    },
    release: processes => source.release(processes.map(({ pid }) => pid)),
    // Two processes of one pid and second have different starts here.
    isSame: () => true,
    signal(process, name) {
      const state = source.check(process);
      if (state === 'there') return send(process.pid, name);
      return state === 'gone' ? 'gone' : 'denied';
    },
  };
}
