/** Files read beside other work, as node:fs/promises does: that module takes as long to load as a scan of the process
 * table, and a command runs once. */
import fs from 'node:fs';

type Path = string;
const bigint = { bigint: true } as const;

export const open = (path: Path, flags: number) =>
  promised<number>(done => fs.open(path, flags, done));

export const close = (descriptor: number) =>
  promised<void>(done => fs.close(descriptor, error => done(error)));

export const fstatBig = (descriptor: number) =>
  promised<fs.BigIntStats>(done => fs.fstat(descriptor, bigint, done));

export const lstatBig = (path: Path) =>
  promised<fs.BigIntStats>(done => fs.lstat(path, bigint, done));

export const statBig = (path: Path) =>
  promised<fs.BigIntStats>(done => fs.stat(path, bigint, done));

export const stat = (path: Path) => promised<fs.Stats>(done => fs.stat(path, done));

export const readdir = (path: Path) => promised<string[]>(done => fs.readdir(path, done));

export const readLatin1Beside = (path: Path) =>
  promised<string>(done => fs.readFile(path, 'latin1', done));

/** From where the descriptor stands to the end. */
export const readRest = (descriptor: number) =>
  promised<Buffer>(done => fs.readFile(descriptor, done));

type Done<T> = (error: NodeJS.ErrnoException | null | undefined, value?: T) => void;

function promised<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}
