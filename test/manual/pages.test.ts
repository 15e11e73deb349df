/** The man page, the readme and docs/ agree with the program's tables. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { manPage, roff } from '../../build/manual/man-page.ts';
import { withParts } from '../../build/manual/markdown.ts';
import { manPagePath, pages, pagesWithParts } from '../../build/manual/pages.ts';
import { commands } from '../../source/cli/arguments/command-table.ts';
import { spelled } from '../../source/cli/arguments/option-spec.ts';
import { optionSpecs } from '../../source/cli/arguments/option-table.ts';
import { bindings } from '../../source/screen/input/keys.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { version, man } = JSON.parse(read('package.json'));
const made = pages(read, version);

describe('generated parts', () => {
  it.each([...pagesWithParts, manPagePath])('are up to date in %s (npm run docs)', path => {
    expect(read(path)).toBe(made.get(path));
  });

  it('list every key in the readme, and every option in the usage', () => {
    const readme = read('readme.md');
    for (const { shown, does, action } of bindings) {
      const entry = `| \`${shown}\` | ${does} |`;
      if (action.kind !== 'tab') expect(readme).toContain(entry);
      else expect([readme.includes(`\`${shown}\``), readme.includes(does)]).toEqual([true, true]);
    }
    for (const spec of optionSpecs) expect(read('docs/usage.md')).toContain(`\`${spelled(spec)}\``);
  });
});

describe('parts of a page', () => {
  it('are regenerated, and the rest stays', () => {
    const once = withParts('a\n<!-- keys -->\noutdated\n<!-- /keys -->\nb');
    expect(once).toMatch(/^a\n<!-- keys -->\n\| key \|[\s\S]*\n<!-- \/keys -->\nb$/);
    expect(once).not.toContain('outdated');
    expect(withParts(once)).toBe(once);
  });

  it('are refused if unknown or unclosed', () => {
    for (const name of ['bogus', 'constructor'])
      expect(() => withParts(`<!-- ${name} -->\n<!-- /${name} -->`)).toThrow(`no part "${name}"`);
    expect(() => withParts('<!-- keys -->\n')).toThrow('no end');
  });
});

describe('the readme', () => {
  it('has at most 150 lines', () => {
    expect(read('readme.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it.each(['readme.md', 'docs/usage.md', 'docs/json.md'])(
    'links only to existing files: %s',
    path => {
      const links = [...read(path).matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links)
        expect([link, existsSync(join(root, dirname(path), link))]).toEqual([link, true]);
    },
  );
});

describe('the man page', () => {
  const page = manPage('1.2.3');

  it('is named in package.json', () => expect(man).toEqual([manPagePath]));

  it('is ASCII, and no text line is read as a request', () => {
    expect(page).toMatch(/^[\n -~]+$/);
    const requests = page.split('\n').filter(line => /^[.']/.test(line));
    const known = /^\.(\\" .*|TH .*|SH [A-Z ]+|nh|ad l|TP|IP|PP|br|BR \w+ \(1\),?)$/;
    expect(requests.filter(line => !known.test(line))).toEqual([]);
  });

  it('has every command, option and key', () => {
    for (const command of commands.slice(1)) expect(page).toContain(`\\fBvigil ${command}`);
    for (const spec of optionSpecs) expect(page).toContain(`\\fB${roff(spelled(spec))}\\fR`);
    for (const { shown } of bindings) expect(page).toContain(`\\fB${roff(shown)}\\fR`);
  });

  it('shows text unchanged', () => {
    expect(roff('--a\\b')).toBe('\\-\\-a\\eb');
    expect(roff(`'^\`~"`)).toBe('\\(aq\\(ha\\(ga\\(ti\\(dq');
    expect(roff('one’s')).toBe('one\\[u2019]s');
  });

  it('is accepted by groff, if installed', () => {
    const run = spawnSync('groff', ['-man', '-ww', '-Tascii'], { input: page, encoding: 'utf8' });
    const isHere = run.error === undefined;
    expect(isHere ? [run.status, run.stderr] : [0, '']).toEqual([0, '']);
  });
});
