import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';

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

/**
 * Every word that a page says, as `room.name`, by the types of what stands in `t(…)`: a part that is filled in has only
 * the values that its type has. What is looked up at run time is said from its beginning on, as `room.name.`.
 */
function wordsSaid(): {
  readonly names: ReadonlySet<string>;
  readonly beginnings: readonly string[];
} {
  const config = join(SOURCES, '../tsconfig.json');
  const { config: given } = ts.readConfigFile(config, (path) => readFileSync(path, 'utf8')) as {
    config: unknown;
  };
  const { fileNames, options } = ts.parseJsonConfigFileContent(given, ts.sys, join(SOURCES, '..'));
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const names = new Set<string>();
  const beginnings: string[] = [];
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(SOURCES) || source.fileName.endsWith('.d.ts')) continue;
    const rooms = [...source.text.matchAll(/useTranslation\(([^)]*)\)/g)].flatMap(
      ([, given = '']) =>
        given === '' ? ['shell'] : [...given.matchAll(/\w+/g)].map(([room]) => room),
    );
    if (source.text.includes('i18n.exists('))
      for (const [, beginning = ''] of source.text.matchAll(/`([\w.]+\.)\$\{/g))
        beginnings.push(...rooms.map((room) => `${room}.${beginning}`));
    const look = (node: ts.Node): void => {
      const [asked] = ts.isCallExpression(node) ? node.arguments : [];
      if (asked && ts.isCallExpression(node) && /(^|\.)t$/.test(node.expression.getText())) {
        const type = checker.getTypeAtLocation(asked);
        for (const each of type.isUnion() ? type.types : [type]) {
          if (!each.isStringLiteral()) continue;
          if (each.value.includes(':')) names.add(each.value.replace(':', '.'));
          else for (const room of rooms) names.add(`${room}.${each.value}`);
        }
      }
      ts.forEachChild(node, look);
    };
    look(source);
  }
  return { names, beginnings };
}

describe('the words of the console', () => {
  let said: ReturnType<typeof wordsSaid>;
  beforeAll(() => {
    said = wordsSaid();
  });
  const rooms = files.filter(({ path }) => path.startsWith(join('locales', 'zh-CN') + sep));

  it.each(rooms.map(({ name }) => name))(
    'the words of the console are all said on some page: those of %s',
    async (name) => {
      const path = join(SOURCES, 'locales', 'zh-CN', name);
      const [[room, words]] = Object.entries((await import(path)) as Record<string, Words>) as [
        [string, Words],
      ];
      const { names, beginnings } = said;
      const isSaid = (each: string): boolean =>
        names.has(each) || beginnings.some((beginning) => each.startsWith(beginning));
      const dead = namesIn(words).filter((each) => !isSaid(`${room}.${each}`));
      expect(dead).toEqual([]);
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
