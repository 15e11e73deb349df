/** Terminal text with its styles → SVG that keeps columns, colours and every sign. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { svgOf } from '../../build/svg.ts';

const esc = '\u001b';
const size = { columns: 20, rows: 3 };
const spansOf = (captured: string) =>
  [...svgOf(captured, size, 'a title').matchAll(/<tspan ([^>]*)>([^<]*)<\/tspan>/g)].map(
    ([, attributes = '', text = '']) => ({ attributes, text }),
  );

describe('a picture', () => {
  it('has text in its colours, where its columns are', () => {
    const [first, second] = spansOf(`${esc}[31mred${esc}[39m  ${esc}[1mbold${esc}[0m`);
    expect(first).toEqual({ attributes: 'x="14" textLength="25.2" fill="#ff7b72"', text: 'red' });
    expect(second?.attributes).toBe('x="56" textLength="33.6" font-weight="bold"');
  });

  it('goes on with a style in the next line, as a terminal does', () => {
    const [, second] = spansOf(`${esc}[35mone\ntwo${esc}[0m`);
    expect(second?.attributes).toContain('fill="#d2a8ff"');
  });

  it('draws inverse text on a box', () => {
    const svg = svgOf(`ab${esc}[7mcd${esc}[27me`, size, 't');
    expect(svg).toContain('<rect x="30.8" y="14" width="16.8" height="18" fill="#c9d1d9"/>');
    expect(svg).toContain('<tspan x="30.8" textLength="16.8" fill="#0d1117">cd</tspan>');
  });

  it('knows the 256 colours and all others', () => {
    const colors = ['38;5;1', '38;5;9', '38;5;196', '38;5;244', '38;2;1;2;255', '1;38;5;46;4'].map(
      codes => /fill="(#\w+)"/.exec(spansOf(`${esc}[${codes}mx`)[0]?.attributes ?? '')?.[1],
    );
    expect(colors).toEqual(['#ff7b72', '#ffa198', '#ff0000', '#808080', '#0102ff', '#00ff00']);
    expect(spansOf(`${esc}[1;38;5;46;4mx`)[0]?.attributes).toContain('text-decoration="underline"');
  });

  it('has XML’s own signs escaped, also in its title', () => {
    expect(spansOf('<&>')[0]?.text).toBe('&lt;&amp;&gt;');
    expect(svgOf('', size, 'a < b')).toContain('<title>a &lt; b</title>');
  });

  it('counts wide signs as two cells', () => {
    expect(spansOf(`漢字${esc}[1mx`)[1]?.attributes).toContain('x="47.6"');
  });

  it('leaves out what is below the last row', () => {
    expect(spansOf('a\nb\nc\nd').map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });
});

it('the picture of the readme shows an ending under way, and needs nothing from elsewhere', () => {
  const svg = readFileSync(new URL('../../docs/screen.svg', import.meta.url), 'utf8');
  expect(svg).toMatch(/>[^<]*terminating 2\/3/);
  expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  expect(svg).not.toMatch(/<script|<style|<image|href|@import|url\(/);
});
