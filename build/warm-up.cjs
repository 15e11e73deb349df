'use strict';
/** Runs the built program once, for what V8 compiles on the way, and keeps that beside the scripts
 * for the launcher. The screen goes first: it sets V8 flags, and code is only good for the flags
 * it was made under. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');

const made = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    made.set(options.filename, this);
  }
};
process.on('exit', () => {
  for (const [filename, script] of made)
    writeFileSync(`${filename}.${process.versions.v8}.code`, script.createCachedData());
});

const runs = {
  list: () => {
    // No socket of anybody's is asked.
    process.env.TMUX_TMPDIR = join(__dirname, '..', 'dist');
    return ['list', '--json'];
  },
  screen: () => {
    actAsTerminal();
    return ['--demo', '--interval', '0.1'];
  },
};
const cli = join(__dirname, '..', 'dist', 'cli.js');
process.argv = [process.execPath, cli, ...runs[process.argv[2]]()];
require(cli);

/** A terminal as far as vigil asks for one; it asks to stop after a few frames. */
function actAsTerminal() {
  process.env.TERM = 'xterm-256color';
  Object.assign(process.stdout, { isTTY: true, columns: 120, rows: 40 });
  Object.assign(process.stdin, { isTTY: true, setRawMode: () => process.stdin });
  let frames = 0;
  process.stdout.write = (text, done) => {
    if (String(text).length > 0) frames += 1;
    if (frames === 6) process.emit('SIGTERM', 'SIGTERM');
    if (typeof done === 'function') done();
    return true;
  };
}
