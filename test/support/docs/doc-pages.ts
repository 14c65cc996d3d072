import { readdirSync, readFileSync } from 'node:fs';

/** What stands between two fences. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Why the comment before it says that no test runs it: `<!-- not run: … -->`. */
  readonly notRun?: string;
}

const BLOCK = /(?:^<!-- not run: (.+?) -->\n)?^```(\w+)\n(.*?)^```$/gms;

/** Pages that people read in their own language; `docs/decisions` is for developers. */
export const ENGLISH_PAGES: readonly string[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md') && !name.endsWith('.zh-CN.md'))
    .map((name) => `docs/${name}`),
];

export const twinOf = (page: string): string => page.replace(/\.md$/, '.zh-CN.md');

export const textOf = (page: string): string => readFileSync(page, 'utf8');

export const blocksOf = (page: string): Block[] =>
  [...textOf(page).matchAll(BLOCK)].map(([, notRun, language = '', text = '']) => ({
    language,
    text,
    ...(notRun !== undefined && { notRun }),
  }));

/** Without comments, which are in the page's language. */
export const commandsOf = (blocks: readonly Block[]): string[] =>
  blocks
    .filter(({ language }) => language === 'sh' || language === 'sql')
    .map(({ text }) => text.replaceAll(/\s+#.*$/gm, ''));

/** The page without its blocks. */
export const proseOf = (page: string): string => textOf(page).replaceAll(BLOCK, '');

export const headingsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#{1,6} .*$/gm)].map(([line]) => line);

/** The address of a heading, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
