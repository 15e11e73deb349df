/** Everything that `vigil doctor` looks at beside one look. */
import process from 'node:process';
import type { Host } from './core/host.ts';
import { unfinishedChecks } from './core/lifecycle/unfinished.ts';
import type { Options } from './options.ts';

export async function checksOf(host: Host, { logFile, demo }: Options) {
  if (demo) {
    const { demoChecks } = await import('./host/demo/checks.ts');
    const { registries } = await host.registries.read();
    return [...demoChecks(registries), ...(await unfinishedChecks(host))];
  }
  const { diagnose } = await import('./host/diagnose.ts');
  const facts = await diagnose(process.env, (await host.registries.read()).registries, logFile);
  return [...facts, ...(await unfinishedChecks(host))];
}
