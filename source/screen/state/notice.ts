/** A notice: what was just done, or why not. `good`: what was asked for is done; `bad`: not, or not all of it. */
export type Mood = 'good' | 'bad' | 'plain';
export type Notice = { readonly text: string; readonly mood: Mood };

/** How long a notice is shown, on a line of its own. */
export const noticeMs = 5000;
