/** Every file that is made from the tables, wholly or in part. */
import { manPage } from './man-page.ts';
import { withParts } from './markdown.ts';

/** From the root of the repository. */
export const pagesWithParts = ['readme.md', 'docs/usage.md'] as const;
export const manPagePath = 'docs/vigil.1';

/** @param read gives a file's text as it is. @returns each file's text as it should be, by path. */
export function pages(read: (path: string) => string, version: string): Map<string, string> {
  return new Map([
    [manPagePath, manPage(version)],
    ...pagesWithParts.map(path => [path, withParts(read(path))] as const),
  ]);
}
