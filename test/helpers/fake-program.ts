/** A program of ours in front of the real one on PATH. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param directory where `fake/` is made. @param script of bash. @returns the PATH to run with. */
export function pathWith(directory: string, name: string, script: string): string {
  const bin = join(directory, 'fake');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return `${bin}:${process.env.PATH}`;
}
