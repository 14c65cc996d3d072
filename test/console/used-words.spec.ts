import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../web/src');

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).map((path) => ({
  path,
  folder: path.split(sep)[0] ?? '',
  name: path.split(sep).at(-1) ?? '',
}));
const read = ({ path }: { readonly path: string }): string =>
  readFileSync(join(SOURCES, path), 'utf8');

/** What draws pages: neither words nor tests. */
const drawing = files
  .filter(({ name }) => /\.tsx?$/.test(name) && !/\.(spec|d)\.ts$/.test(name))
  .filter(({ folder }) => !folder.startsWith('locales'))
  .map(read);

type Words = { readonly [name: string]: string | Words };
const namesIn = (words: Words, before = ''): readonly string[] =>
  Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'string' ? [before + name] : namesIn(value, `${before}${name}.`),
  );

/** Whether a source says a name of one room: as it is, or with a part that is filled in. */
function saying(sources: readonly string[], room: string): (name: string) => boolean {
  const text = sources.join('\n').replaceAll(`${room}:`, '');
  const plain = new Set([...text.matchAll(/'([\w.-]+)'/g)].map(([, name]) => name));
  const filled = [...text.matchAll(/`((?:[\w.-]|\$\{[^}]*\})+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => /\w\.|\.\w/.test(name.replaceAll(/\$\{[^}]*\}/g, '')))
    .map((name) => name.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '[\\w.-]+'))
    .map((name) => new RegExp(`^${name}$`));
  return (name) => plain.has(name) || filled.some((pattern) => pattern.test(name));
}

describe('the words of the console', () => {
  const rooms = files.filter(({ path }) => path.startsWith(join('locales', 'zh-CN') + sep));

  it.each(rooms.map(({ name }) => name))(
    'the words of the console are all said on some page: those of %s',
    async (name) => {
      const path = join(SOURCES, 'locales', 'zh-CN', name);
      const [[room, words]] = Object.entries((await import(path)) as Record<string, Words>) as [
        [string, Words],
      ];
      const names =
        room === 'shell'
          ? /useTranslation\(\)|shell:/
          : new RegExp(`useTranslation\\([^)]*'${room}'|\\b${room}:`);
      const isSaid = saying(
        drawing.filter((text) => names.test(text)),
        room,
      );
      expect(namesIn(words).filter((each) => !isSaid(each))).toEqual([]);
    },
  );
});

describe('the styles of the console', () => {
  const sheets = files
    .filter(({ name }) => name.endsWith('.css'))
    .map((file) => ({ ...file, text: read(file).replaceAll(/\/\*[^]*?\*\//g, '') }));
  const classesOf = (text: string): readonly string[] =>
    [...text.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name = '']) => name);

  it('the styles of the console are all worn by something', () => {
    const worn = new Set(drawing.join('\n').match(/[a-zA-Z][\w-]*/g));
    const idle = sheets
      .flatMap(({ text }) => classesOf(text))
      .filter((name) => !/^(ant-|anticon)/.test(name) && !worn.has(name));
    expect([...new Set(idle)]).toEqual([]);
  });

  it('the styles of the console mean one thing each: no two rooms style the same class by itself, as both sheets stay on the page', () => {
    const rooms = new Map<string, Set<string>>();
    for (const { folder, text } of sheets)
      for (const [, selectors = ''] of text.matchAll(/([^{}]+)\{/g))
        for (const selector of selectors.split(',')) {
          const own = /^\s*\.([a-zA-Z][\w-]*)(?:[:[][^\s>(]*)?\s*$/.exec(selector)?.[1];
          if (own !== undefined) rooms.set(own, (rooms.get(own) ?? new Set()).add(folder));
        }
    const shared = [...rooms].filter(([, folders]) => folders.size > 1);
    expect(shared.map(([name, folders]) => `${name}: ${[...folders].join(', ')}`)).toEqual([]);
  });
});
