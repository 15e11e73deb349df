/** Why a command that changes something does not go ahead. */

/** What a command that is about registries says where there is none. */
export const noWorkspace =
  'no workspace found (-w DIR names one): only processes and tmux are looked at';

/** @param does what it leaves undone under --read-only: "ends nothing".
 * @param lookOnly why nothing can be ended here; nothing where it can. */
export function refusalOf(
  { readOnly, dryRun }: { readonly readOnly: boolean; readonly dryRun: boolean },
  does: string,
  lookOnly: string | undefined,
): string | undefined {
  if (dryRun) return undefined;
  if (readOnly) return `refused: --read-only ${does}; --dry-run shows what it would`;
  return lookOnly && `refused: ${lookOnly}`;
}
