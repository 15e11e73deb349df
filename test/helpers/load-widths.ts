/** Widths as the screen has them: exact. */
import { loadWidthsFor } from '../../source/text/widths.ts';

await loadWidthsFor(['仕事']);
