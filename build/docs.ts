/** `npm run docs`: generates the man page and the tables in the readme and docs/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pages } from '../source/cli/manual/pages.ts';
import { architecturePath, withImportTable } from './import-rules.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const { version } = JSON.parse(read('package.json'));
writeFileSync(architecturePath, withImportTable(read(architecturePath)));
for (const [path, text] of pages(read, version)) writeFileSync(path, text);
