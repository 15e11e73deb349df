/** Capabilities of the terminal. */
import type { Charset } from './printable.ts';
import type { ThemeName } from './themes.ts';

export type Terminal = {
  readonly charset: Charset;
  readonly colors: boolean;
  readonly theme: ThemeName;
  /** In cells; undefined if output goes to a file or a pipe. */
  readonly width?: number;
};
