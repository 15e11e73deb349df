/** What `vigil doctor` says of the made-up machine. */
import type { Check } from '../core/model/doctor-check.ts';
import type { RegistryReading } from '../core/model/model.ts';

export function demoChecks(registries: readonly RegistryReading[]): Check[] {
  return [
    {
      name: 'demo',
      state: 'ok',
      detail: 'made-up agents: nothing of this machine is read or changed',
    },
    ...registries.map(({ path, reading }): Check => {
      if (!reading.ok) return { name: path, state: 'bad', detail: reading.reason };
      return { name: path, state: 'ok', detail: `${reading.value.entries.length} agents` };
    }),
  ];
}
