/** The entry point of the screen's bundle: loads Ink's layout code before app.tsx. */
import { runScreen as run } from '../source/screen/app.tsx';
import { loaded } from './yoga.js';

export async function runScreen(...given) {
  await loaded;
  return run(...given);
}
