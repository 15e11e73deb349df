/** The made-up machine, or the real one: what is loaded for either. */
import { unfinishedChecks } from '../core/lifecycle/recover.ts';
import type { Check } from '../core/model/doctor-check.ts';
import type { Host } from '../core/ports/host.ts';

/** What doctor checks besides a poll. */
export async function checksOf(
  host: Host,
  { demo, logFile }: { readonly demo: boolean; readonly logFile?: string },
): Promise<Check[]> {
  const { registries } = await host.registries.read();
  const found = demo
    ? (await import('../demo/demo.ts')).demoChecks(registries)
    : await (await import('../host/run/diagnose.ts')).diagnose(process.env, registries, logFile);
  return [...found, ...(await unfinishedChecks(host))];
}
