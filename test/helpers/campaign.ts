/** `npm run test:campaign` runs the long forms of the tests in docs/faults.md. */
export const isCampaign = process.env.VIGIL_CAMPAIGN === '1';

export function rounds(short: number, campaign: number): number {
  return isCampaign ? campaign : short;
}
