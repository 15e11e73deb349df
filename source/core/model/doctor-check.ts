/** One thing that `vigil doctor` looked at. */
export type Check = {
  readonly name: string;
  readonly state: 'ok' | 'bad';
  readonly detail: string;
  readonly advice?: string;
};
