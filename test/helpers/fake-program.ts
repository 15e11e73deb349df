/** Puts a fake program in front of the real one on PATH. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param directory where `fake/` is created. @param script bash code. @returns the PATH to use. */
export function pathWith(directory: string, name: string, script: string): string {
  const bin = join(directory, 'fake');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return `${bin}:${process.env.PATH}`;
}
