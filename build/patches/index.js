/** Patches of packages in the bundle, for a fast start, fast frames, and programs that end. */
import { ansiTokenize } from './ansi-tokenize.js';
import { ink } from './ink.js';
import { meow } from './meow.js';
import { pidusage, psList } from './ps-programs.js';
import { rewrite } from './rewrite.js';
import { sliceAnsi } from './slice-ansi.js';
import { stringWidth } from './string-width.js';
import { yogaLayout } from './yoga-layout.js';

/** @type {Readonly<Record<string, import('esbuild').Plugin>>} */
export const patches = {
  '@alcalzone/ansi-tokenize': rewrite('ansi-tokenize', ansiTokenize),
  ink: rewrite('ink', ink),
  meow,
  pidusage: rewrite('pidusage', pidusage),
  'ps-list': rewrite('ps-list', psList),
  'slice-ansi': rewrite('slice-ansi', sliceAnsi),
  'string-width': rewrite('string-width', stringWidth),
  'yoga-layout': yogaLayout,
};
