/** ps-list and pidusage, which list and measure processes where vigil does not know the columns of ps.
 *
 * What: the programs that they start are killed after two seconds, and a ps that hung is not started seven more times.
 * Why: nothing of vigil waits for them longer than that, so that a ps that hangs would stay until it ends by itself.
 *
 * Upstream: can be offered to sindresorhus/ps-list and soyuka/pidusage as an option. */
export const psList = {
  'ps-list/index.js': [
    [
      'const execFile = promisify(childProcess.execFile);',
      "const execFile = (file, words, options) => promisify(childProcess.execFile)(file, words, {...options, timeout: 2000, killSignal: 'SIGKILL'});",
    ],
    [
      '} catch {\n\t\t// Fallback to multiple calls',
      '} catch (error) {\n\t\tif (error.killed) throw error;\n\t\t// Fallback to multiple calls',
    ],
  ],
};

export const pidusage = {
  'pidusage/lib/bin.js': [
    [
      'const ch = spawn(cmd, args, options)',
      "const ch = spawn(cmd, args, {timeout: 2000, killSignal: 'SIGKILL', ...options})",
    ],
  ],
};
