/** Vendors that record their agents: where, and below which variable a user may move it. As observed in the
 * programs of November 2026. */
import type { Vendor } from '../model/vendor-record.ts';

export const vendors: readonly {
  readonly vendor: Vendor;
  /** In the user's home. */
  readonly directory: string;
  readonly variable: string;
}[] = [
  { vendor: 'claude', directory: '.claude', variable: 'CLAUDE_CONFIG_DIR' },
  { vendor: 'codex', directory: '.codex', variable: 'CODEX_HOME' },
];

export const directoryVariables: readonly string[] = [
  'HOME',
  ...vendors.map(({ variable }) => variable),
];

/** @returns absolute paths by vendor, from an environment. */
export function directoriesIn(variable: (name: string) => string | undefined) {
  return vendors.flatMap(each => {
    const home = variable('HOME');
    const path =
      variable(each.variable) || (home && `${home.replace(/\/+$/, '')}/${each.directory}`);
    return path?.startsWith('/') === true ? [{ vendor: each.vendor, path }] : [];
  });
}
