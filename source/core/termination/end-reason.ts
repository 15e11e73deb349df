/** The reason that is recorded where none is given. */
export const endReason = 'ended by vigil';
