/** The names of machines in ssh's configuration: what patterns such as `dev-*` are matched with. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { matches } from '../chosen-hosts.ts';

const deepestInclude = 8;
/** ssh reads the same. */
const largestFileBytes = 4_000_000;

/** @param home of the user. @returns the names of all `Host` lines that are no patterns, in their order, each once. What
 * cannot be read has none. */
export function configuredHosts(home: string): readonly string[] {
  const directory = join(home, '.ssh');
  return [...new Set(namesIn(join(directory, 'config'), directory, 0))];
}

function namesIn(path: string, directory: string, depth: number): readonly string[] {
  return textOf(path)
    .split('\n')
    .flatMap(line => {
      const [, keyword = '', rest = ''] =
        /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
      const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      );
      if (keyword.toLowerCase() === 'host')
        return words.filter(word => word !== '' && !/[*?!]/.test(word));
      if (keyword.toLowerCase() !== 'include' || depth >= deepestInclude) return [];
      return words
        .flatMap(word => filesOf(word, directory))
        .flatMap(each => namesIn(each, directory, depth + 1));
    });
}

/** Relative paths are those of `~/.ssh`. A pattern may be in the last part. */
function filesOf(word: string, directory: string): readonly string[] {
  const expanded = word.startsWith('~/') ? join(dirname(directory), word.slice(2)) : word;
  const path = isAbsolute(expanded) ? expanded : join(directory, expanded);
  if (!/[*?]/.test(path)) return [path];
  try {
    const name = basename(path);
    return readdirSync(dirname(path))
      .filter(each => matches(name, each))
      .sort()
      .map(each => join(dirname(path), each));
  } catch {
    return [];
  }
}

/** A FIFO would be waited for. */
function textOf(path: string): string {
  try {
    const info = statSync(path);
    return info.isFile() && info.size <= largestFileBytes ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
