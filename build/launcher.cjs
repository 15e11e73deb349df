#!/usr/bin/env node
'use strict';
/** Starts vigil without compiling it anew. The build keeps V8's code cache of each script beside it
 * (script.js.V8-VERSION.code), with all functions that a run compiles. Another V8 cannot use that: there the first run
 * leaves its own in the user's cache directory. Measured in docs/performance.md. */
const {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} = require('node:fs');

/** Of the scripts: V8 itself compares only their length. */
const buildId = 'BUILD-ID';
const suffix = `${process.versions.v8}.code`;
/** Scripts without a code cache of the build. */
const uncached = new Map();
const loaded = new Map();
let hasChangedFlags = false;

/** @param {string} name a script of this directory @returns {object} what it exports */
function load(name) {
  if (!loaded.has(name)) start(name);
  return loaded.get(name).exports;
}

function start(name) {
  const { Script } = require('node:vm');
  const filename = `${__dirname}/${name}`;
  const code = read(`${filename}.${suffix}`);
  const cachedData = code ?? (isKept() ? readOwn(`${kept}/${name}.${suffix}`) : undefined);
  const source = `(function(require,module){${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(source, { filename, cachedData });
  if (code === undefined && (cachedData === undefined || script.cachedDataRejected))
    uncached.set(name, script);
  const module = { exports: {} };
  loaded.set(name, module);
  script.runInThisContext()(requireFor, module);
}

function requireFor(id) {
  if (id === 'node:v8' && uncached.size > 0) return { setFlagsFromString };
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}

/** Code is only good for the flags that it was made under: it is kept before any is changed. For the short time in which
 * the screen starts unoptimized they stay as they are. */
function setFlagsFromString(flag) {
  if (!hasChangedFlags && /^--(no-)?opt$/.test(flag)) return;
  if (!hasChangedFlags) keep();
  hasChangedFlags = true;
  require('node:v8').setFlagsFromString(flag);
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

let kept;

/** Whether code can be kept: only in a directory of this user's that no other user can write, as V8 trusts the code that
 * it finds there. */
function isKept() {
  if (kept !== undefined) return kept !== '';
  kept = '';
  const { XDG_CACHE_HOME, HOME, NODE_DISABLE_COMPILE_CACHE } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return false;
  const parent = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  if (!parent?.startsWith('/')) return false;
  const paths = [parent, `${parent}/vigil`, `${parent}/vigil/${buildId}`];
  try {
    for (const path of paths) {
      try {
        mkdirSync(path, 0o700);
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (!isOwn(path, 'isDirectory')) return false;
    }
    process.on('exit', () => {
      if (!hasChangedFlags) keep();
    });
    kept = paths[2];
  } catch {
    // It starts slower.
  }
  return kept !== '';
}

function isOwn(path, kind) {
  const info = lstatSync(path);
  return info[kind]() && info.uid === process.getuid?.() && (info.mode & 0o022) === 0;
}

function readOwn(path) {
  try {
    return isOwn(path, 'isFile') ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the code of what has been run so far. */
function keep() {
  for (const [name, script] of uncached) {
    const path = `${kept}/${name}.${suffix}`;
    try {
      writeFileSync(`${path}.${process.pid}`, script.createCachedData(), {
        flag: 'wx',
        mode: 0o600,
      });
      renameSync(`${path}.${process.pid}`, path);
    } catch {
      rmSync(`${path}.${process.pid}`, { force: true });
    }
  }
}

/** Prints what the build has written down already. @returns whether it has been printed. */
function print([word, more]) {
  const name =
    more === undefined
      ? { '--version': 'version', '-V': 'version', '--help': 'help', '-h': 'help', help: 'help' }[
          word
        ]
      : undefined;
  if (name === undefined) return false;
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const charset = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') ? 'unicode' : 'ascii';
  try {
    const text = readFileSync(`${__dirname}/${name}.${charset}.txt`);
    for (let done = 0; done < text.length; ) done += writeSync(1, text, done);
    return true;
  } catch {
    // The program knows what to do about an output that fails.
    return false;
  }
}

if (!print(process.argv.slice(2))) load('program.js');
