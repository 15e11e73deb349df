#!/usr/bin/env node
'use strict';
/** Starts vigil without compiling it anew. The build keeps V8's code cache of each script beside it
 * (script.js.V8-VERSION.code), with all functions that a run compiles. Another V8 cannot use that: there Node's own
 * compile cache is used, where Node has one (from 22.8 on). Measured in docs/performance.md. */
const { existsSync, lstatSync, mkdirSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { isAbsolute, join } = require('node:path');
const { Script } = require('node:vm');

/** @param {string} name a script of this directory @returns {object} what it exports */
function load(name) {
  const filename = join(__dirname, name);
  const code = `${filename}.${process.versions.v8}.code`;
  if (!existsSync(code)) {
    keepCompiled();
    return require(filename);
  }
  const source = `(function(require,module){${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(source, { filename, cachedData: readFileSync(code) });
  const module = { exports: {} };
  script.runInThisContext()(id => (id.startsWith('./') ? load(id) : require(id)), module);
  return module.exports;
}

/** Only in a directory of this user's that no other user can write: V8 trusts the code that it finds there. */
function keepCompiled() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const parent = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  if (!Module.enableCompileCache || !parent || !isAbsolute(parent)) return;
  const directory = join(parent, 'vigil');
  try {
    for (const path of [parent, directory]) if (!existsSync(path)) mkdirSync(path, 0o700);
    if ([parent, directory].every(isOwn)) Module.enableCompileCache(directory);
  } catch {
    // It starts slower.
  }
}

function isOwn(path) {
  const { uid, mode } = lstatSync(path);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

load('./program.js');
