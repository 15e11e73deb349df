/** dist/licences.txt: the bundle contains copies of packages, which must include their licences. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param inputs the bundled files, relative to the root. @param root its path, with a trailing
 * slash.
 * @returns name, version and licence of every package. @throws for a package without a licence. */
export function licencesOf(inputs, root) {
  const packages = new Set(inputs.flatMap(path => packageOf(path) ?? []));
  const texts = [...packages].map(path => licenceOf(join(root, path), path));
  // Some packages are bundled in several versions.
  return [...new Set(texts)].sort().join('\n\n');
}

/** @returns the innermost package's directory. */
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
