// `npm run screenshots` draws every page of the console, its dialogs and its failures in two languages, two themes and
// three widths into .cache/screenshots, for somebody to look at, and fails where axe finds something serious or a page complains.
// `-- overview live` draws these pages alone, `-- --look=dark-390` the looks whose names have that; `-- --quick` one look
// of each; `-- --docs` the pictures of the pages in docs/ and of the READMEs, anew.
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
  const { pages, moments, session } = await furnish(world);
  for (const look of isQuick ? looks.slice(0, 1) : looks.filter(isAsked)) {
    const visit = await world.visit({ ...look, session });
    for (const [name, path] of Object.entries(pages)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      if (isForDocs && !DOC_PICTURES.includes(name)) continue;
      try {
        await open(visit, path);
        await (isForDocs ? drawForDocs(visit, name, look) : draw(visit, name, look));
      } catch (error) {
        // One that cannot be drawn keeps none of the others from it.
        faults.push(`${name}-${nameOf(look)}: ${String(error)}`);
      }
    }
    faults.push(...visit.faults);
    await visit.close();
    if (isForDocs) continue;
    for (const [name, { path, before, act }] of Object.entries(moments)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const moment = await world.visit({ ...look, session });
      try {
        await before?.(moment.page);
        await open(moment, path);
        await act?.(moment.page);
        await settled(moment);
        await draw(moment, name, look);
      } catch (error) {
        faults.push(`${name}-${nameOf(look)}: ${String(error)}`);
      }
      if (before === undefined) faults.push(...moment.faults);
      await moment.close();
    }
  }
} finally {
  await world.close();
  await stopStores();
}
if (faults.length > 0) {
  process.stdout.write(`\n${faults.length} faults:\n${faults.join('\n')}\n`);
  process.exitCode = 1;
}

async function open(visit: Visit, path: string): Promise<void> {
  await visit.page.goto(`${world.product.url}${path}`);
  await visit.page.locator('h1, main').first().waitFor();
  await settled(visit);
}

async function settled({ page }: Visit): Promise<void> {
  // What loads says so only after a moment. One by one: a page has several.
  await sleep(300);
  for (let tries = 0; tries < 200; tries++) {
    if ((await page.locator('[aria-busy=true]').count()) === 0) return;
    await sleep(50);
  }
}

function isAsked(look: VisitOptions): boolean {
  const asked = process.argv.flatMap((argument) => /^--look=(.*)$/.exec(argument)?.[1] ?? []);
  return asked.length === 0 || asked.some((each) => nameOf(look).includes(each));
}

function nameOf({ language, dark, width }: VisitOptions): string {
  return `${language}-${dark ? 'dark' : 'light'}-${width}`;
}

async function draw(visit: Visit, name: string, look: VisitOptions): Promise<void> {
  const file = `${name}-${nameOf(look)}.png`;
  const { page } = visit;
  await page.evaluate('scrollTo(0, 0)');
  const seen = page.viewportSize()!;
  // A window as high as the page: what stands at the foot of a window is at the foot of the picture, and hides nothing.
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  await page.setViewportSize({ ...seen, height: Math.max(seen.height, height) });
  await page.screenshot({ path: join(folder, file), fullPage: true });
  await page.setViewportSize(seen);
  process.stdout.write(`${file}\n`);
  // What axe finds does not depend on a few pixels of width; Bull Board's pages are not ours to mend.
  if (look.width !== 1440 && !name.startsWith('queue'))
    faults.push(...(await visit.audit()).map((finding) => `${file}: ${finding}`));
}

async function drawForDocs({ page }: Visit, name: string, look: VisitOptions): Promise<void> {
  const file = docPictureOf(name, look.language ?? 'zh-CN');
  const picture = await webpOf(world.browser, await page.screenshot());
  await writeFile(file, picture);
  process.stdout.write(`${file} ${Math.round(picture.length / 1_024)} KiB\n`);
}
