import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import {
  anchorOf,
  blocksOf,
  commandsOf,
  ENGLISH_PAGES,
  headingsOf,
  proseOf,
  textOf,
  twinOf,
} from '../../support/docs/doc-pages.js';
import { startSentences } from '../../support/docs/start-sentences.js';

/** Records of measurements, for developers; what a reader needs of them is on other pages. */
const ENGLISH_ONLY = ['docs/performance.md', 'docs/failure-proofs.md'];
const TWINS = ENGLISH_PAGES.filter((page) => !ENGLISH_ONLY.includes(page)).map(
  (page) => [page, twinOf(page)] as const,
);
const OPERATING = ['docs/operating.md', 'docs/operating.zh-CN.md'];
const DEPLOYMENT = ['docs/deployment.md', 'docs/deployment.zh-CN.md'];

const markdown = readdirSync('.', { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.md') && !/(?:^|\/)(?:node_modules|dist|\.\w+)\//.test(name),
);

describe.each(TWINS)('%s and %s', (english, chinese) => {
  const rowsOf = (page: string): number[] =>
    proseOf(page)
      .split(/^#{1,6} .*$/m)
      .map((part) => part.match(/^\|.*\|$/gm)?.length ?? 0);
  const paragraphsOf = (page: string): number[] =>
    proseOf(page)
      .split(/^#{1,6} .*$/m)
      .map((part) => part.split(/\n{2,}/).filter((text) => text.trim() !== '').length);
  const levelsOf = (page: string): string[] =>
    headingsOf(page).map((heading) => heading.replace(/ .*/, ''));

  it(`${english} and ${chinese} are there, and lead to each other`, () => {
    expect(textOf(english)).toContain(`](${chinese.split('/').at(-1)})`);
    expect(textOf(chinese)).toContain(`](${english.split('/').at(-1)})`);
  });

  it(`${english} and ${chinese} have the same headings, and under each as many paragraphs and rows of tables`, () => {
    expect(levelsOf(chinese)).toEqual(levelsOf(english));
    expect(rowsOf(chinese)).toEqual(rowsOf(english));
    expect(paragraphsOf(chinese)).toEqual(paragraphsOf(english));
  });

  it(`${english} and ${chinese} have the same commands`, () => {
    expect(commandsOf(blocksOf(chinese))).toEqual(commandsOf(blocksOf(english)));
    expect(blocksOf(chinese).map(({ language, notRun }) => [language, notRun])).toEqual(
      blocksOf(english).map(({ language, notRun }) => [language, notRun]),
    );
  });
});

describe('links', () => {
  const links = markdown.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\((?!\w+:)([^)\s]*)\)/g)].map(
      ([, target = '']) => [page, target] as const,
    ),
  );

  it.each(links)('links of %s lead somewhere: %s', (page, target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), path));
    expect(existsSync(file)).toBe(true);
    if (anchor !== undefined)
      expect(headingsOf(file).map(anchorOf)).toContain(decodeURIComponent(anchor));
  });

  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [
        ...readFileSync(`src/${name}`, 'utf8').matchAll(
          /(?:"([^"\n]+)" in )?\b(docs\/[\w-]+\.md)/g,
        ),
      ].map(([, heading, page = '']) => [name, page, heading] as const),
    );

  it.each(sources)('links of src/%s lead somewhere: %s', (_, page, heading) => {
    if (heading === undefined) expect(existsSync(page)).toBe(true);
    else expect(headingsOf(page).map((line) => line.replace(/^#+ /, ''))).toContain(heading);
  });
});

describe('pictures', () => {
  const picturesOf = (page: string): string[] =>
    [...proseOf(page).matchAll(/!\[[^\]]+\]\(([^)\s]+)\)/g)].map(([, target = '']) =>
      normalize(join(dirname(page), target)),
    );
  const shown = ENGLISH_PAGES.flatMap((page) => [page, twinOf(page)])
    .filter((page) => existsSync(page))
    .flatMap(picturesOf)
    .filter((picture) => picture.startsWith('docs/images/'));

  it.each(['README.md', 'README.zh-CN.md'])(
    'pictures open %s: the console, while a broadcast is sent',
    (page) => {
      expect(picturesOf(page)[0]).toMatch(/^docs\/images\/live\./);
      expect(proseOf(page).indexOf('![')).toBeLessThan(proseOf(page).indexOf('\n## '));
    },
  );

  it('pictures of the console are on both pages, each in the language of its page', () => {
    const [english, chinese] = ['docs/console.md', 'docs/console.zh-CN.md'].map(picturesOf);
    expect(english?.length).toBeGreaterThan(10);
    expect(chinese).toEqual(english?.map((picture) => picture.replace('.en.', '.zh-CN.')));
  });

  it('pictures that are kept are shown somewhere, and small', () => {
    const kept = readdirSync('docs/images').map((name) => `docs/images/${name}`);
    expect(kept.toSorted()).toEqual([...new Set(shown)].toSorted());
    for (const picture of kept)
      expect({ picture, small: statSync(picture).size <= 200 * 1_024 }).toEqual({
        picture,
        small: true,
      });
  });
});

/** What stands in backticks, of one page. */
const codesOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

describe('files that pages for developers name', () => {
  const files = ['src', 'test', 'scripts', 'bench', 'docs']
    .flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => `/${root}/${name}`),
    )
    .concat(readdirSync('.').map((name) => `/${name}`));
  const pages = markdown.filter((page) =>
    /^(?:CONTRIBUTING|docs\/(?:architecture|reading-guide)|docs\/decisions\/|(?:src|test)\/)/.test(
      page,
    ),
  );
  const named = pages.flatMap((page) =>
    codesOf(page)
      .filter((code) => /^[.\w/-]+(?:\.[cm]?[jt]s|\/)$/.test(code))
      .map((code) => [page, code] as const),
  );

  it('files that pages for developers name are many', () => {
    expect(named.length).toBeGreaterThan(150);
  });

  it.each(named)('%s names a file that exists: %s', (_, name) => {
    const path = `/${name.replace(/\/$/, '')}`;
    expect(files.some((file) => file.endsWith(path))).toBe(true);
  });
});

describe('names that decisions mention', () => {
  const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`src/${name}`, 'utf8'))
    .join('\n');
  const names = markdown
    .filter((page) => page.startsWith('docs/decisions/'))
    .flatMap((page) =>
      codesOf(page)
        .filter((code) => /^[A-Za-z]+[a-z][A-Z]\w+$/.test(code))
        .map((code) => [page, code] as const),
    );

  it('names that decisions mention are some', () => {
    expect(names.length).toBeGreaterThan(10);
  });

  it.each(names)('%s mentions a name that is in the sources: %s', (_, name) => {
    expect(source.includes(name)).toBe(true);
  });
});

describe.each(['docs/reading-guide.md', 'docs/reading-guide.zh-CN.md'])('%s', (page) => {
  const [, route = '', folders = ''] = textOf(page).split(/^## /m);
  const cellsOf = (section: string, column: number): string[] =>
    (section.match(/^\| .*\|$/gm) ?? []).flatMap((row) => {
      const [, code] = row.split('|')[column]?.match(/^ `([^`]+)` *$/) ?? [];
      return code === undefined ? [] : [code];
    });

  it(`${page} follows a broadcast through twelve files at most, each of them there`, () => {
    const steps = cellsOf(route, 2);
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.length).toBeLessThanOrEqual(12);
    expect(steps.filter((file) => !existsSync(`src/${file}`))).toEqual([]);
  });

  it(`${page} names each folder of src once, with its question, and no other`, () => {
    const there = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => (name.includes('/') ? `${dirname(name)}/` : 'src/'));
    expect(cellsOf(folders, 1).toSorted()).toEqual([...new Set(there)].toSorted());
  });
});

it('both reading guides name the same files and folders, in the same order', () => {
  const [english, chinese] = ['docs/reading-guide.md', 'docs/reading-guide.zh-CN.md'].map((page) =>
    codesOf(page).filter((code) => /\/|\.ts$/.test(code)),
  );
  expect(chinese).toEqual(english);
});

describe('the environment', () => {
  const variables = [
    ...readFileSync('src/config/environment.ts', 'utf8').matchAll(
      /^ {2}([A-Z][A-Z_]+)\??: [^=;]+(?: = (?:([\d']\S*)|.+))?;$/gm,
    ),
  ].map(([, name = '', initial]) => [name, initial] as const);

  it('the environment is read from the source', () => {
    expect(variables.length).toBeGreaterThan(25);
    expect(variables).toContainEqual(['SEND_CONCURRENCY', '1000']);
  });

  it.each(variables)(
    'the environment has a row for %s on both pages, with its default',
    (name, initial) => {
      for (const page of DEPLOYMENT) {
        const row = textOf(page)
          .split('\n')
          .find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``));
        expect({ page, row }).toEqual({ page, row: expect.any(String) });
        if (initial !== undefined)
          expect(row?.split('|').at(-2)).toContain(`\`${initial.replaceAll("'", '')}\``);
      }
    },
  );
});

describe('a start that is refused', () => {
  const sentences = startSentences();

  it('a start that is refused has its words in the sources', () => {
    expect(sentences.length).toBeGreaterThan(25);
  });

  it.each(sentences)(
    'a start that is refused is on both pages as %s says it: %s',
    (_, sentence) => {
      for (const page of OPERATING) {
        const start = textOf(page).split(/^## /m)[1] ?? '';
        const phrases = start
          .split('\n')
          .filter((line) => line.startsWith('|'))
          .flatMap((line) => [...line.matchAll(/`([^`]{8,})`/g)].map(([, phrase = '']) => phrase));
        expect({ page, told: phrases.some((phrase) => fits(phrase, sentence)) }).toEqual({
          page,
          told: true,
        });
      }
    },
  );

  /** `…` on the page stands for anything; in the sentence it stands for what varies. */
  const fits = (phrase: string, sentence: string): boolean =>
    new RegExp(
      phrase
        .split('…')
        .map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join('[^]*?'),
    ).test(sentence);
});

describe('what is looked up on call', () => {
  const literalsOf = (folder: string): string[] =>
    readdirSync(folder)
      .filter((name) => /(?<!spec)\.ts$/.test(name))
      .flatMap((name) =>
        [
          ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(
            /^(?:(?:export )?type|\s+readonly) \w+\??(?::| =) [^;]*'[^;]*;/gm,
          ),
        ].flatMap(([declared]) =>
          [...declared.matchAll(/'([^']+)'/g)].map(([, word = '']) => word),
        ),
      );
  const reasons = [...new Set(literalsOf('src/health'))];
  const metrics = [
    ...new Set(
      [...readFileSync('src/metrics/metrics.ts', 'utf8').matchAll(/'(weicast_\w+)'/g)].map(
        ([, name = '']) => name,
      ),
    ),
  ];

  it('what is looked up on call is read from the source', () => {
    expect(reasons).toEqual(expect.arrayContaining(['away', 'read_only', 'full', 'stopping']));
    expect(metrics.length).toBeGreaterThan(5);
  });

  it.each(reasons)('what is looked up on call has readiness’s word on both pages: %s', (word) => {
    for (const page of OPERATING) expect(textOf(page)).toMatch(new RegExp(`["\`]${word}["\`]`));
  });

  it.each(metrics)('what is looked up on call has the metric on both pages: %s', (name) => {
    for (const page of OPERATING)
      expect(textOf(page)).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, 'm'));
  });
});

describe('commands that no test runs', () => {
  const excused = ENGLISH_PAGES.flatMap((page) => blocksOf(page)).filter(
    ({ notRun }) => notRun !== undefined,
  );

  it('commands that no test runs are a handful, each with a reason', () => {
    expect(excused.length).toBeLessThanOrEqual(4);
    for (const { notRun } of excused) expect(notRun?.split(' ').length).toBeGreaterThan(2);
  });
});
