// `npm run arrows` draws the house of modules into docs/architecture/*.svg, from what the boundary tool sees in src/.
// `--check` fails where a drawing is not what it would draw now. Heights come from floors.cjs, arrows from the code.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { floors, rooms } = createRequire(import.meta.url)('./floors.cjs');
const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/architecture');

const BOX = { width: 118, height: 34, gapX: 22, gapY: 46, margin: 24, title: 34 };

/** Every import between two files of src/, as [from, to]. */
function importsOf() {
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const seen = execFileSync(
    process.execPath,
    [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return JSON.parse(seen)
    .modules.filter(({ source }) => source.startsWith('src/') && !source.endsWith('.spec.ts'))
    .flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ resolved }) => resolved.startsWith('src/'))
        .map(({ resolved }) => [source, resolved]),
    );
}

/** Arrows between boxes, without those that two others already tell: a → b → c says a → c. */
function arrowsBetween(imports, boxOf) {
  const below = new Map();
  for (const [from, to] of imports) {
    const [a, b] = [boxOf(from), boxOf(to)];
    if (a === undefined || b === undefined || a === b) continue;
    below.set(a, (below.get(a) ?? new Set()).add(b));
  }
  const reaches = (a, b, first) =>
    [...(below.get(a) ?? [])].some((next) =>
      first && next === b ? false : next === b || reaches(next, b),
    );
  return [...below].flatMap(([a, all]) =>
    [...all].filter((b) => !reaches(a, b, true)).map((b) => [a, b]),
  );
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Boxes in storeys, the ground at the bottom; each storey in the middle of the picture. */
function drawing({ title, storeys, arrows }) {
  const { width, height, gapX, gapY, margin } = BOX;
  const widest = Math.max(...storeys.map((storey) => storey.length));
  const total = { w: 2 * margin + widest * (width + gapX) - gapX, h: 0 };
  total.h = 2 * margin + BOX.title + storeys.length * (height + gapY) - gapY;
  const place = new Map();
  storeys.forEach((storey, level) => {
    // A lone box stands aside, now left and now right: what passes a floor is seen passing it.
    const aside = storey.length > 1 ? 0 : (level % 2 === 0 ? -0.7 : 0.7) * (width + gapX);
    const left = (total.w - (storey.length * (width + gapX) - gapX)) / 2 + aside;
    const y = total.h - margin - height - level * (height + gapY);
    storey.forEach((name, i) => place.set(name, { x: left + i * (width + gapX), y }));
  });
  const lines = arrows
    .filter(([a, b]) => place.has(a) && place.has(b))
    .toSorted(([a, b], [c, d]) => `${a} ${b}`.localeCompare(`${c} ${d}`))
    .map(([a, b]) => {
      const [from, to] = [place.get(a), place.get(b)];
      const [x1, x2] = [from.x + width / 2, to.x + width / 2];
      const beside = from.y === to.y;
      const [y1, y2] = beside ? [from.y, to.y] : [from.y + height, to.y];
      const bend = beside ? y1 - gapY * 0.7 : (y1 + y2) / 2;
      return `<path d="M${x1} ${y1}C${x1} ${bend} ${x2} ${bend} ${x2} ${y2}"><title>${escape(`${a} → ${b}`)}</title></path>`;
    });
  const boxes = [...place].map(
    ([name, { x, y }]) =>
      `<g><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
      `<text x="${x + width / 2}" y="${y + height / 2 + 4.5}">${escape(name.split('/').at(-1))}</text></g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total.w} ${total.h}" role="img" aria-label="${escape(title)}">
<style>
svg { background: #fff; font: 13px system-ui, sans-serif }
rect { fill: #f3f6fa; stroke: #5b6b7f }
text { fill: #17202b; text-anchor: middle }
.title { text-anchor: start; font-weight: 600 }
path { fill: none; stroke: #8a99ab; marker-end: url(#tip) }
marker path { fill: #8a99ab; stroke: none; marker-end: none }
@media (prefers-color-scheme: dark) {
svg { background: #12171d } rect { fill: #1d2631; stroke: #7d8ea3 } text { fill: #e6edf5 }
path { stroke: #5f7084 } marker path { fill: #5f7084 }
}
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker></defs>
<text class="title" x="${margin}" y="${margin + 6}">${escape(title)}</text>
${lines.join('\n')}
${boxes.join('\n')}
</svg>
`;
}

/** The longest name of `names` that the file lies under. */
const under = (names) => (file) =>
  names
    .filter((name) => file.startsWith(`src/${name}/`))
    .toSorted((a, b) => b.length - a.length)
    .at(0);

const imports = importsOf();
const built = new Set(imports.flat().map((file) => file.split('/').slice(0, -1).join('/')));
const exists = (name) =>
  [...built].some((dir) => dir === `src/${name}` || dir.startsWith(`src/${name}/`));
const modules = floors.map((floor) => floor.filter(exists)).filter((floor) => floor.length > 0);

const drawings = {
  modules: {
    title: 'src/ 谁依赖谁 · who imports whom (what two arrows tell needs no third)',
    storeys: modules,
    arrows: arrowsBetween(imports, under(modules.flat())),
  },
  ...Object.fromEntries(
    Object.entries(rooms).map(([module, storeys]) => {
      const full = storeys.map((storey) => storey.map((room) => `${module}/${room}`));
      return [
        module.replaceAll('/', '-'),
        {
          title: `src/${module}/ 各部分 · its rooms`,
          storeys: full,
          arrows: arrowsBetween(imports, under(full.flat())),
        },
      ];
    }),
  ),
};

mkdirSync(folder, { recursive: true });
const stale = [];
for (const [name, picture] of Object.entries(drawings)) {
  const file = join(folder, `${name}.svg`);
  const svg = drawing(picture);
  if (!process.argv.includes('--check')) writeFileSync(file, svg);
  else if (readOr(file) !== svg) stale.push(`docs/architecture/${name}.svg`);
}
if (stale.length > 0) {
  process.stderr.write(`${stale.join(', ')}: not what src/ looks like now. Run: npm run arrows\n`);
  process.exitCode = 1;
}

function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
