/** A command that changes something on several machines. */
import { expect, it } from 'vitest';
import { changeHosts } from '../../../source/cli/far/change-hosts.ts';
import type { FarCommands, FarPlan } from '../../../source/fleet/fleet.ts';
import { host } from './far-document.ts';

it('says what cannot be reached before the next plan is to be confirmed', async () => {
  const printed: string[] = [];
  const hosts = [host('devbox'), host('gpu')];
  const plan: FarPlan = {
    ...{ host: host('gpu'), run: 'r', lines: [], messages: [], questions: [{ text: 'End it?' }] },
    execute: async () => ({ kind: 'known', code: 0, lines: [], messages: ['done'] }),
    drop() {},
  };
  const fleet: Pick<FarCommands, 'hosts' | 'plan'> = {
    hosts,
    plan: async request =>
      request.host === 'gpu' ? { ok: true, value: plan } : { ok: false, reason: 'is down' },
  };
  const confirm = async (question: string) => {
    printed.push(question);
    return true;
  };
  const code = await changeHosts(
    fleet as FarCommands,
    {
      ...{ verb: 'kill', words: [], operands: ['a'], json: false, dryRun: false, yes: false },
      ...{ confirm, confirmWord: confirm },
    },
    {
      charset: 'unicode',
      lines: () => undefined,
      json: () => undefined,
      warn: text => printed.push(text),
    },
  );
  expect(printed).toEqual(['devbox: is down', 'gpu: End it?', 'gpu: done']);
  expect(code).toBe(5);
});
