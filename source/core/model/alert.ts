/** How the screen alerts the user. */
export const alertWays = ['off', 'bell', 'message', 'both'] as const;
export type AlertWay = (typeof alertWays)[number];
