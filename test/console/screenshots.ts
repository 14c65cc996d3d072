// `npm run screenshots` draws every page of the console in two languages, two themes and three widths into
// .cache/screenshots, for somebody to look at. `-- overview live` draws these pages alone; `-- --quick` one of each.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleWorld, type VisitOptions } from './console-world.js';
import { furnish } from './furnished-console.js';
import { startStores, stopStores } from '../support/stores/stores.js';

const folder = join(import.meta.dirname, '../../.cache/screenshots');
const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

const widths = isQuick ? [1366] : [1440, 1366, 390];
const looks: VisitOptions[] = (['zh-CN', 'en'] as const).flatMap((language) =>
  [false, true].flatMap((dark) => widths.map((width) => ({ language, dark, width }))),
);

await mkdir(folder, { recursive: true });
await startStores();
const world = await ConsoleWorld.open();
try {
  const { pages, session } = await furnish(world);
  for (const look of isQuick ? looks.slice(0, 1) : looks) {
    const { language, dark, width } = look;
    const visit = await world.visit({ ...look, session });
    for (const [name, path] of Object.entries(pages)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await visit.page.goto(`${world.product.url}${path}`);
      await visit.page.locator('h1').first().waitFor();
      // One by one: a page has several.
      while ((await visit.page.locator('[aria-busy=true]').count()) > 0) await sleep(50);
      const file = `${name}-${language}-${dark ? 'dark' : 'light'}-${width}.png`;
      await visit.page.screenshot({ path: join(folder, file), fullPage: true });
      process.stdout.write(`${file}\n`);
    }
    await visit.close();
  }
} finally {
  await world.close();
  await stopStores();
}
