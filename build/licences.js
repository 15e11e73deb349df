/** dist/licences.txt: the bundle holds copies of packages, and their licences go with every copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param inputs the bundled files, from the root. @param root its path, with a slash at the end.
 * @returns every package's name, version and licence. @throws for a package that brings no licence. */
export function licencesOf(inputs, root) {
  const packages = new Set(inputs.flatMap(path => packageOf(path) ?? []));
  const texts = [...packages].map(path => licenceOf(join(root, path), path));
  // Some packages are there more than once.
  return [...new Set(texts)].sort().join('\n\n');
}

/** The innermost package's directory. */
function packageOf(path) {
  return /^(?:[^:]*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function licenceOf(directory, path) {
  const { name, version, license } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  );
  const file = readdirSync(directory).find(each => /^licen[cs]e/i.test(each));
  const text = file === undefined ? undefined : readFileSync(join(directory, file), 'utf8').trim();
  if (text === undefined && license === undefined) throw new Error(`${path} brings no licence`);
  return `${name} ${version} (${license})\n\n${text ?? 'It brings no text of it.'}`;
}
