/** What `vigil wait` can wait for. */
export const waitStates = ['gone', 'idle', 'waiting'] as const;
export type WaitState = (typeof waitStates)[number];
