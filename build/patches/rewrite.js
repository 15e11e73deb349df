/** Patches of packages by text replacement: file names, each with pairs of old and new text. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('graphemes.js', import.meta.url));
/** Imports that can be placed anywhere. */
export const importGraphemes = `import { graphemes } from ${JSON.stringify(file)};`;
export const importPlain = `import { plainPieces, plainWidth } from ${JSON.stringify(file)};`;

/** @returns {import('esbuild').Plugin} fails the build where a new version no longer has the replaced text. */
export function rewrite(name, files) {
  return {
    name,
    setup({ onLoad }) {
      for (const [file, changes] of Object.entries(files))
        onLoad(
          { filter: new RegExp(`/node_modules/${file.replaceAll('.', '\\.')}$`) },
          ({ path }) => ({
            contents: changes.reduce(
              (text, [from, to]) => {
                if (!text.includes(from)) throw new Error(`${path} has changed: no ${from}`);
                return text.replace(from, () => to);
              },
              readFileSync(path, 'utf8'),
            ),
          }),
        );
    },
  };
}
