/** One check of `vigil doctor`. */
export type Check = {
  readonly name: string;
  readonly state: 'ok' | 'bad';
  readonly detail: string;
  readonly advice?: string;
};
