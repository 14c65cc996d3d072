import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';
import { PAGES } from '../src/pages.ts';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Smaller ones fit into the packet that would tell their encoding. */
const WORTH_BYTES = 1_024;

/**
 * Writes beside the built files what the service serves them by: `console.json` with the router's paths and the name of
 * this build, and a brotli and a gzip of each asset.
 */
export function consoleFiles(): Plugin {
  let folder = '';
  return {
    name: 'weicast:console-files',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir);
    },
    closeBundle: async () => {
      const assets = join(folder, 'assets');
      const names = (await readdir(assets)).sort();
      await Promise.all(names.map((name) => compress(join(assets, name))));
      const build = createHash('sha256').update(names.join()).digest('hex').slice(0, 12);
      await writeFile(join(folder, 'console.json'), JSON.stringify({ build, pages: PAGES }));
    },
  };
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < WORTH_BYTES || !/\.(js|css|svg|json)$/.test(file)) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await Promise.all([
    brotli(bytes, { params }).then((small) => writeFile(`${file}.br`, small)),
    zip(bytes, { level: 9 }).then((small) => writeFile(`${file}.gz`, small)),
  ]);
}
