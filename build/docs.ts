/** `npm run docs`: generates the man page and the tables in the readme and docs/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { architecturePath, withImportTable } from './import-rules.ts';
import { pages } from './manual/pages.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const { version } = JSON.parse(read('package.json'));
writeFileSync(architecturePath, withImportTable(read(architecturePath)));
for (const [path, text] of pages(read, version)) writeFileSync(path, text);
