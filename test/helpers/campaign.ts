/** `npm run test:campaign` runs the long forms: all the rounds that the faults ask for. */
const isCampaign = process.env.VIGIL_CAMPAIGN === '1';

export function rounds(short: number, campaign: number): number {
  return isCampaign ? campaign : short;
}
