/** Why a command that changes something does not go ahead. */

/** A destructive command without --yes and without a terminal to ask on. */
export const notConfirmed =
  'refused: no terminal to ask for confirmation; use --yes to go ahead or --dry-run to see the plan';

/** Printed by a command that is about registries where there is none. */
export const noWorkspace = 'no workspace found (-w DIR): using processes and tmux only';

export const readOnlyRefusal = 'refused: --read-only is set; use --dry-run to preview';

/** @param lookOnly why nothing can be ended here; nothing where it can. */
export function refusalOf(
  { readOnly, dryRun }: { readonly readOnly: boolean; readonly dryRun: boolean },
  lookOnly: string | undefined,
): string | undefined {
  if (dryRun) return undefined;
  if (readOnly) return readOnlyRefusal;
  return lookOnly && `refused: ${lookOnly}`;
}
