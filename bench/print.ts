/** One line of a benchmark: name, figure, goal. */

export function line(name: string, figure: string, goal: string): void {
  console.log(`${name.padEnd(28)} ${figure.padEnd(58)} ${goal}`);
}

export function ms(value = Number.NaN): string {
  return `${value.toFixed(1)} ms`;
}

export function mb(bytes = Number.NaN): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

export function ratio(value = Number.NaN, against = Number.NaN): string {
  return (value / against).toFixed(2);
}
