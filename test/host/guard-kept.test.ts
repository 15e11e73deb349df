/** What a guard that runs once keeps in its status. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGuardFiles } from '../../source/host/guard/guard-files.ts';

it('is read again as it was written', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-guard-kept-'));
  const files = createGuardFiles(directory, 'boot');
  const kept = {
    alerts: [{ name: 'ghosts', since: 5, text: 'warning: 1 ghost for 10 min' }],
    seen: [['ghost agent:a-1', { verdict: 'ghost', since: 3, looks: 2 }]] as const,
    found: [{ key: 'ghost agent:a-1', name: 'a-1', subject: 'ghost', target: 'agent:a-1' }],
    ghostsSince: 3,
  };
  const self = { pid: 412, start: '9', bootId: 'boot', startedAt: 1, health: 'warning' } as const;
  files.write(['/w'], { ...self, ...kept });
  expect([files.warnings(), files.read(['/w'])]).toMatchObject([[], kept]);
  rmSync(directory, { recursive: true });
});
