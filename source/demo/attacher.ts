/** The demo has sessions to show, and none to attach to. */
import type { Attacher } from '../core/rows/attachment.ts';

const failed = async () =>
  ({ ok: false, reason: 'this is a demo: there is nothing real to attach to' }) as const;

export const demoAttacher: Attacher = { check: failed, attach: failed, switchTo: failed };
