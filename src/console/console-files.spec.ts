import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consolePage } from './console-page.js';
import { findConsoleFiles } from './console-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weicast-console-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function build(
  page = '<base href="%BASE%"><meta content="%NONCE%"><meta content="%BUILD%">',
): void {
  mkdirSync(join(folder, 'assets'));
  for (const name of ['a.js', 'a.js.br', 'a.js.gz', 'b.css', 'c.svg.map'])
    writeFileSync(join(folder, 'assets', name), name);
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'console.json'), '{"build":"b1","pages":["/","/broadcasts/:id"]}');
}

describe('the built console', () => {
  it('the built console is not there where nothing was built', () => {
    expect(findConsoleFiles(folder)).toBeUndefined();
  });

  it('the built console lists each asset once, with the encodings that lie beside it', () => {
    build();
    const files = findConsoleFiles(folder);

    expect(files).toMatchObject({ build: 'b1', pages: ['/', '/broadcasts/:id'] });
    expect([...(files?.assets ?? [])].map(([name, { encodings }]) => [name, encodings])).toEqual([
      ['a.js', ['br', 'gzip']],
      ['b.css', []],
    ]);
  });

  it('the page of the built console has a nonce of its own for each request, which its policy names', () => {
    build();
    const files = findConsoleFiles(folder)!;
    const [first, second] = [consolePage(files, '/weicast'), consolePage(files, '/weicast')];

    expect(first.html).toContain('<base href="/weicast/">');
    expect(first.html).not.toBe(second.html);
    const nonce = /'nonce-([^']+)'/.exec(first.policy)?.[1];
    expect(first.html).toContain(`content="${nonce}"`);
    expect(first.policy).not.toMatch(/unsafe|\*/);
  });
});
