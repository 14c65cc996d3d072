import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** From `src/console` and from `dist/console` alike. */
const BUILT = join(import.meta.dirname, '../../web/dist');

/** A file of the built console, and the encodings in which it lies beside itself. */
export interface Asset {
  readonly file: string;
  readonly type: string;
  readonly encodings: readonly Encoding[];
}

/** In the order in which they are preferred. */
const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];
export const ENDING: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/** What a build of the console left. */
export interface ConsoleFiles {
  /** Its name, which changes with every file. */
  readonly build: string;
  /** The paths that are pages, as the router of the console has them. */
  readonly pages: readonly string[];
  /** The page, with places for what each request writes. */
  readonly page: string;
  readonly icon: Asset;
  readonly assets: ReadonlyMap<string, Asset>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** Reads what was built; undefined where nothing was. Names are listed once: no request can name another file. */
export function findConsoleFiles(folder = BUILT): ConsoleFiles | undefined {
  const facts = join(folder, 'console.json');
  if (!existsSync(facts)) return undefined;
  const { build, pages } = JSON.parse(readFileSync(facts, 'utf8')) as Pick<
    ConsoleFiles,
    'build' | 'pages'
  >;
  const names = readdirSync(join(folder, 'assets'));
  const assets = names.flatMap((name): [string, Asset][] => {
    const asset = assetOf(join(folder, 'assets'), name, names);
    return asset === undefined ? [] : [[name, asset]];
  });
  return {
    build,
    pages,
    page: readFileSync(join(folder, 'index.html'), 'utf8'),
    icon: { file: join(folder, 'favicon.svg'), type: 'image/svg+xml', encodings: [] },
    assets: new Map(assets),
  };
}

/** Undefined for what is only a smaller form of another. */
function assetOf(folder: string, name: string, names: readonly string[]): Asset | undefined {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined) return undefined;
  const encodings = ENCODINGS.filter((encoding) => names.includes(`${name}${ENDING[encoding]}`));
  return { file: join(folder, name), type, encodings };
}
