// `npm run screenshots` draws every page of the console in two languages, two themes and three widths into
// .cache/screenshots, for somebody to look at, and fails where axe finds something serious or a page complains.
// `-- overview live` draws these pages alone; `-- --quick` one look of each; `-- --docs` the pictures of the pages in
// docs/ and of the READMEs, anew.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleWorld, type Visit, type VisitOptions } from './console-world.js';
import { DOC_PICTURES, docPictureOf, webpOf } from './doc-pictures.js';
import { furnish, FURNISHED_WECHAT } from './furnished-console.js';
import { startStores, stopStores } from '../support/stores/stores.js';

const folder = join(import.meta.dirname, '../../.cache/screenshots');
const isQuick = process.argv.includes('--quick');
const isForDocs = process.argv.includes('--docs');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

const LANGUAGES = ['zh-CN', 'en'] as const;
const widths = isQuick ? [1366] : [1440, 1366, 390];
const looks: VisitOptions[] = isForDocs
  ? LANGUAGES.map((language) => ({ language, width: 1366 }))
  : LANGUAGES.flatMap((language) =>
      [false, true].flatMap((dark) => widths.map((width) => ({ language, dark, width }))),
    );

await mkdir(folder, { recursive: true });
await startStores();
const world = await ConsoleWorld.open({}, FURNISHED_WECHAT);
const faults: string[] = [];
try {
  const { pages, session } = await furnish(world);
  for (const look of isQuick ? looks.slice(0, 1) : looks) {
    const visit = await world.visit({ ...look, session });
    for (const [name, path] of Object.entries(pages)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      if (isForDocs && !DOC_PICTURES.includes(name)) continue;
      await open(visit, path);
      await (isForDocs ? drawForDocs(visit, name, look) : draw(visit, name, look));
    }
    faults.push(...visit.faults);
    await visit.close();
  }
} finally {
  await world.close();
  await stopStores();
}
if (faults.length > 0) {
  process.stdout.write(`\n${faults.length} faults:\n${faults.join('\n')}\n`);
  process.exitCode = 1;
}

async function open({ page }: Visit, path: string): Promise<void> {
  await page.goto(`${world.product.url}${path}`);
  await page.locator('h1, main').first().waitFor();
  // What loads says so only after a moment. One by one: a page has several.
  await sleep(300);
  while ((await page.locator('[aria-busy=true]').count()) > 0) await sleep(50);
}

async function draw(visit: Visit, name: string, look: VisitOptions): Promise<void> {
  const { language, dark, width } = look;
  const file = `${name}-${language}-${dark ? 'dark' : 'light'}-${width}.png`;
  await visit.page.screenshot({ path: join(folder, file), fullPage: true });
  process.stdout.write(`${file}\n`);
  // What axe finds does not depend on a few pixels of width; Bull Board's pages are not ours to mend.
  if (width !== 1440 && !name.startsWith('queue'))
    faults.push(...(await visit.audit()).map((finding) => `${file}: ${finding}`));
}

async function drawForDocs({ page }: Visit, name: string, look: VisitOptions): Promise<void> {
  const file = docPictureOf(name, look.language ?? 'zh-CN');
  const picture = await webpOf(world.browser, await page.screenshot());
  await writeFile(file, picture);
  process.stdout.write(`${file} ${Math.round(picture.length / 1_024)} KiB\n`);
}
