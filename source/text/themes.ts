/** Styles of the tones. Never colour alone: each class has its word and its glyph, the cursor its sign. */
import type { Tone } from './line.ts';

export type Style = {
  readonly color?: Color;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
};

/** The sixteen colours that the terminal's own theme defines. */
type Hue = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white';
type Color = Hue | `${Hue}Bright` | 'gray';

export type Theme = Readonly<Record<Tone, Style>>;

export const themeNames = ['default', 'high-contrast', 'colour-blind', 'mono'] as const;
export type ThemeName = (typeof themeNames)[number];

const ordinary: Theme = {
  live: { color: 'green' },
  undead: { color: 'red', bold: true },
  ghost: { color: 'magenta' },
  husk: { color: 'yellow' },
  orphan: { color: 'red' },
  interactive: { color: 'cyan' },
  host: { dim: true },
  zombie: { color: 'yellow', bold: true },
  unknown: { color: 'blue', bold: true },
  ended: { color: 'gray' },
  new: { color: 'green', bold: true },
  gone: { dim: true },
  plain: {},
  dim: { dim: true },
  heading: { bold: true },
  title: { bold: true, inverse: true },
  problem: { color: 'red', bold: true },
  ending: { color: 'yellow' },
  killing: { color: 'red' },
  good: { color: 'green' },
  cursor: { inverse: true },
  match: { bold: true, underline: true },
  key: { bold: true },
};

/** Nothing is dim, and colours are the bright ones. */
const highContrast: Theme = {
  ...ordinary,
  live: { color: 'greenBright', bold: true },
  undead: { color: 'redBright', bold: true, inverse: true },
  ghost: { color: 'magentaBright', bold: true },
  husk: { color: 'yellowBright', bold: true },
  orphan: { color: 'redBright', bold: true },
  interactive: { color: 'cyanBright', bold: true },
  host: {},
  zombie: { color: 'yellowBright', bold: true, inverse: true },
  unknown: { color: 'whiteBright', bold: true, inverse: true },
  ended: { color: 'whiteBright' },
  new: { color: 'greenBright', bold: true },
  gone: { underline: true },
  dim: {},
  heading: { color: 'whiteBright', bold: true, underline: true },
  problem: { color: 'redBright', bold: true, inverse: true },
  ending: { color: 'yellowBright', bold: true },
  killing: { color: 'redBright', bold: true },
  good: { color: 'greenBright', bold: true },
  key: { color: 'whiteBright', bold: true },
};

/** Nearly everyone can distinguish blue and yellow, but not red and green: good states are blue, warnings
 * yellow, and bolder the worse they are. */
const colourBlind: Theme = {
  ...ordinary,
  live: { color: 'blueBright' },
  undead: { color: 'yellowBright', bold: true, inverse: true },
  ghost: { color: 'cyan', underline: true },
  orphan: { color: 'yellowBright', bold: true },
  zombie: { color: 'yellow', underline: true },
  unknown: { color: 'whiteBright', bold: true },
  new: { color: 'blueBright', bold: true },
  problem: { color: 'yellowBright', bold: true, inverse: true },
  killing: { color: 'yellowBright', bold: true },
  good: { color: 'blueBright' },
};

const mono: Theme = {
  ...ordinary,
  live: {},
  undead: { bold: true, inverse: true },
  ghost: { dim: true, underline: true },
  husk: { underline: true },
  orphan: { bold: true },
  interactive: {},
  zombie: { bold: true, underline: true },
  unknown: { bold: true, underline: true },
  ended: { dim: true },
  new: { bold: true },
  problem: { bold: true, inverse: true },
  ending: { underline: true },
  killing: { bold: true },
  good: {},
};

export const themes: Readonly<Record<ThemeName, Theme>> = {
  default: ordinary,
  'high-contrast': highContrast,
  'colour-blind': colourBlind,
  mono,
};
