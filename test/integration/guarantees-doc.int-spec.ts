import { readdirSync, readFileSync } from 'node:fs';

const FOLDERS = ['test/integration', 'test/e2e', 'test/large'];
const files = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));

/** docs/guarantees.md names a test for each promise, as `file` *title*. */
const references = [
  ...readFileSync('docs/guarantees.md', 'utf8').matchAll(/`([\w-]+)` \*([^*]+)\*/g),
].map(([, file = '', title = '']) => [file, title] as const);

describe('docs/guarantees.md', () => {
  it('names tests', () => {
    expect(references.length).toBeGreaterThan(30);
  });

  it.each(references)('names a test that exists: %s, %s', (file, title) => {
    const sources = files
      .filter((path) => path.includes(`/${file}.`))
      .map((path) => readFileSync(path, 'utf8').replaceAll("\\'", "'"));
    expect(sources.some((source) => source.includes(title))).toBe(true);
  });
});
