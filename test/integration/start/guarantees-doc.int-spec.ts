import { readdirSync, readFileSync } from 'node:fs';

const FOLDERS = ['test/integration', 'test/outages', 'test/e2e', 'test/large', 'src'];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('spec.ts'))
    .map((name) => `${folder}/${name}`),
);

/** Pages that name a test for each promise, as `file` *title*. */
const referencesOf = (page: string): (readonly [file: string, title: string])[] =>
  [...readFileSync(`docs/${page}`, 'utf8').matchAll(/`([\w.-]+)` \*([^*]+)\*/g)].map(
    ([, file = '', title = '']) => [file, title] as const,
  );

describe.each([
  ['guarantees.md', 30],
  ['guarantees.zh-CN.md', 30],
  ['security.md', 60],
  ['security.zh-CN.md', 60],
])('docs/%s', (page, least) => {
  const references = referencesOf(page);

  it(`docs/${page} names tests`, () => {
    expect(references.length).toBeGreaterThan(least);
  });

  it.each(references)(`docs/${page} names a test that exists: %s, %s`, (file, title) => {
    const sources = files
      .filter((path) => path.includes(`/${file}.`))
      .map((path) => readFileSync(path, 'utf8').replaceAll("\\'", "'"));
    expect(sources.some((source) => source.includes(title))).toBe(true);
  });
});

/** Tests that a decision names: by titles as above, several of one file too, or by the name of their file. */
const decided = readdirSync('docs/decisions').flatMap((page) => {
  const text = readFileSync(`docs/decisions/${page}`, 'utf8');
  const titled = [...text.matchAll(/`([\w.-]+)`((?:,? \*[^*\n]+\*)+)/g)].flatMap(
    ([, file = '', titles = '']) =>
      [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => [page, file, title] as const),
  );
  const [, named = ''] = /; tests (`.*)\.$/m.exec(text) ?? [];
  return [
    ...titled,
    ...[...named.matchAll(/`([\w-]+)`/g)].map(([, file = '']) => [page, file, ''] as const),
  ];
});

describe('docs/decisions', () => {
  it('docs/decisions name tests', () => {
    expect(decided.length).toBeGreaterThan(10);
  });

  it.each(decided)('%s names a test that exists: %s, %s', (_, file, title) => {
    const sources = files
      .filter((path) => path.includes(`/${file}.`))
      .map((path) => readFileSync(path, 'utf8').replaceAll("\\'", "'"));
    expect(sources.some((source) => source.includes(title))).toBe(true);
  });
});

describe.each(['guarantees', 'security'])('docs/%s.zh-CN.md', (page) => {
  it(`docs/${page}.zh-CN.md names the same tests as the English page, in the same order`, () => {
    expect(referencesOf(`${page}.zh-CN.md`)).toEqual(referencesOf(`${page}.md`));
  });
});
