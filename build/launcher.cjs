#!/usr/bin/env node
'use strict';
/** Starts vigil with the machine code's forerunner that V8 made of it at build time (script.code
 * beside script.js): a third of the start-up is saved. Another Node than the one that built it
 * ignores that file and compiles as ever. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

/** @param {string} name a script of this directory @returns {object} what it exports */
function load(name) {
  const filename = join(__dirname, name);
  const source = readFileSync(filename, 'latin1');
  const script = new Script(source, { filename, cachedData: codeOf(filename) });
  const module = { exports: {} };
  script.runInThisContext()(id => (id.startsWith('./') ? load(id) : require(id)), module);
  return module.exports;
}

function codeOf(filename) {
  try {
    return readFileSync(`${filename}.code`);
  } catch {
    return undefined;
  }
}

load('./program.js');
