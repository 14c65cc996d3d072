import { type Call, readProfile, selfBy } from './profile.js';

const WIDTH = 1600;
const ROW_HEIGHT = 16;
/** A narrower box cannot be seen. */
const MIN_WIDTH = 0.4;

const USAGE = `Reads a .cpuprofile, as npm run bench -- --profile DIR --only weicast leaves it.

  node --import ./test/support/typescript-loader.js bench/flame-graph.ts FILE [MESSAGES] > flame.svg

On the error channel: who spent the time, in microseconds for each of so many messages, or in milliseconds.
`;

const [, , file, messages] = process.argv;
if (file === undefined) process.stderr.write(USAGE);
else {
  const root = readProfile(file);
  process.stderr.write(listing(root, messages === undefined ? undefined : Number(messages)));
  process.stdout.write(svg(root));
}

function listing(root: Call, messageCount: number | undefined): string {
  const shown = (micros: number): string =>
    messageCount === undefined
      ? `${(micros / 1_000).toFixed(0).padStart(8)} ms`
      : `${(micros / messageCount).toFixed(1).padStart(8)} µs`;
  const lines = (rows: [string, number][]): string =>
    rows.map(([name, micros]) => `${shown(micros)}  ${name}\n`).join('');
  return (
    `${shown(root.total)}  all\n\nby owner\n${lines(selfBy(root, ({ owner }) => owner).slice(0, 30))}` +
    `\nby function\n${lines(selfBy(root, ({ name, owner }) => `${name}  (${owner})`).slice(0, 60))}`
  );
}

interface Box {
  readonly call: Call;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Callers stand above callees. The width of a box is its time, and the pointer shows its name. */
function svg(root: Call): string {
  const boxes = boxesOf(root, 0, 0, WIDTH / root.total);
  const height = (Math.max(...boxes.map(({ y }) => y)) + 1) * ROW_HEIGHT;
  const drawn = boxes.map(
    ({ call, x, y, width }) =>
      `<g><title>${escapeXml(`${call.name}, ${call.owner}: ${((call.total / root.total) * 100).toFixed(1)} %`)}</title>` +
      `<rect x="${x.toFixed(1)}" y="${y * ROW_HEIGHT}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 1}" fill="${colourOf(call.owner)}"/>` +
      (width > 40
        ? `<text x="${(x + 2).toFixed(1)}" y="${y * ROW_HEIGHT + 11}">${escapeXml(call.name.slice(0, Math.floor(width / 6)))}</text>`
        : '') +
      '</g>',
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10">\n` +
    `${drawn.join('\n')}\n</svg>\n`
  );
}

function boxesOf(call: Call, x: number, y: number, scale: number): Box[] {
  const width = call.total * scale;
  if (width < MIN_WIDTH) return [];
  let at = x;
  const below = mergeByName(call.children).flatMap((child) => {
    const boxes = boxesOf(child, at, y + 1, scale);
    at += child.total * scale;
    return boxes;
  });
  return [{ call, x, y, width }, ...below];
}

/** Calls of one function from one place share a box. */
function mergeByName(calls: readonly Call[]): Call[] {
  const byName = new Map<string, Call>();
  for (const call of calls) {
    const same = byName.get(call.name);
    byName.set(
      call.name,
      same
        ? {
            ...same,
            self: same.self + call.self,
            total: same.total + call.total,
            children: [...same.children, ...call.children],
          }
        : call,
    );
  }
  return [...byName.values()].sort((a, b) => b.total - a.total);
}

function colourOf(owner: string): string {
  if (owner.startsWith('ours')) return '#f4a259';
  const known: Record<string, string> = {
    bullmq: '#8cb369',
    ioredis: '#d9534f',
    undici: '#5b8e7d',
    pg: '#6a9fd8',
    node: '#cfcfcf',
    'garbage collection': '#b08bd0',
  };
  return known[owner] ?? '#e8e0c8';
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
