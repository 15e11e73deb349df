/** All files generated from the tables, wholly or in part. */
import { manPage } from './man-page.ts';
import { withParts } from './markdown.ts';

/** Relative to the repository root. */
export const pagesWithParts = ['readme.md', 'docs/usage.md'] as const;
export const manPagePath = 'docs/vigil.1';

/** @param read returns a file's current text. @returns the generated text of each file, by path. */
export function pages(read: (path: string) => string, version: string): Map<string, string> {
  return new Map([
    [manPagePath, manPage(version)],
    ...pagesWithParts.map(path => [path, withParts(read(path))] as const),
  ]);
}
