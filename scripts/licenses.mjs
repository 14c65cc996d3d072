// The licences of what we ship: of every package that `npm ci --omit=dev` installs, by the lock file. Fails for one that
// nobody has looked at. `npm run licenses` prints `package@version  licence`.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** None of them asks for more than that its text is kept; it is, in each package's folder. */
const LOOKED_AT = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
]);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

const shipped = Object.entries(packages)
  // Neither ourselves nor the workspace, which is ours.
  .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
  .map(([path, { version, license }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return { name: `${name}@${version}`, license: license ?? 'none named' };
  })
  .sort((one, other) => (one.name < other.name ? -1 : 1));

for (const { name, license } of shipped) process.stdout.write(`${name}  ${license}\n`);

const unknown = shipped.filter(({ license }) => !LOOKED_AT.has(license));
if (unknown.length > 0) {
  process.stderr.write(
    `to be looked at: ${unknown.map(({ name, license }) => `${name} (${license})`).join(', ')}\n`,
  );
  process.exitCode = 1;
}
