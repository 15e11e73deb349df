/** `npm run docs`: writes the man page, and what the readme and docs/ repeat of the program's tables. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pages } from '../source/cli/manual/pages.ts';
import { architecturePath, withImportTable } from './import-rules.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const { version } = JSON.parse(read('package.json'));
writeFileSync(architecturePath, withImportTable(read(architecturePath)));
for (const [path, text] of pages(read, version)) writeFileSync(path, text);
