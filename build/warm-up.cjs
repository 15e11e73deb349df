'use strict';
/** Runs the built program once, for what V8 compiles on the way, and keeps that beside the scripts
 * for the launcher. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { startWarmWorld } = require('./warm-world.cjs');

// Code is only good for the flags that it was made under; the screen changes some after its first frame.
v8.setFlagsFromString = () => undefined;

const made = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    made.set(options.filename, this);
  }
};
process.on('exit', exitCode => {
  // A source that could not be read: what was compiled is good all the same.
  if (exitCode === 5) process.exitCode = 0;
  for (const [filename, script] of made)
    writeFileSync(`${filename}.${process.versions.v8}.code`, script.createCachedData());
});

const runs = {
  list: options => ['list', '--json', ...options],
  screen: options => {
    actAsTerminal();
    return ['--interval', '0.1', ...options];
  },
  demo: () => {
    actAsTerminal();
    return ['--demo', '--interval', '0.1'];
  },
};

async function run(name) {
  const world = await startWarmWorld();
  process.on('exit', world.close);
  const cli = join(__dirname, '..', 'dist', 'cli.js');
  process.argv = [process.execPath, cli, ...runs[name](world.options)];
  require(cli);
}
run(process.argv[2]);

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
