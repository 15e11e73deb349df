/** `npm run test:campaign` runs the long forms of the tests in docs/faults.md. */
export const isCampaign = process.env.VIGIL_CAMPAIGN === '1';

export function rounds(short: number, campaign: number): number {
  return isCampaign ? campaign : short;
}

/** @returns the kinds of these names, in the campaign all. */
export function kindsOf<T>(
  all: Readonly<Record<string, T>>,
  ...names: readonly string[]
): readonly (readonly [string, T])[] {
  return Object.entries(all).filter(([name]) => isCampaign || names.includes(name));
}
