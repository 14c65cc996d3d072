import { columnsOf } from './terminal-columns.js';
import type { DemoBroadcast } from './demo-broadcast.js';
import { funnel } from './funnel.js';
import { Progress } from './progress.js';

const NOBODY = {
  pending: 0,
  queued: 0,
  sending: 0,
  accepted: 0,
  delivered: 0,
  blocked: 0,
  failed: 0,
  refused: 0,
  unknown: 0,
  skipped: 0,
  reviewing: 0,
};

const broadcast = (counts: Partial<DemoBroadcast['counts']>): DemoBroadcast => ({
  id: 'x',
  state: 'running',
  total: Object.values(counts).reduce((sum, n) => sum + n, 0),
  expanded: true,
  receiptsOpen: 0,
  ratePerSecond: 1234.5,
  limitedBy: 'account rate',
  counts: { ...NOBODY, ...counts },
  errors: [],
});

/** The lines for a terminal of that width, without the two codes that return to the start of the line. */
function shown(columns: number | undefined, ...states: DemoBroadcast[]): string[] {
  const lines: string[] = [];
  const out = {
    isTTY: true,
    columns: columns as number,
    write: (text: string) => lines.push(text),
  };
  const progress = new Progress(out, 1_000_000);
  for (const state of states) progress.show(state);
  expect(lines.every((line) => line.startsWith('\r\x1b[K'))).toBe(true);
  return lines.map((line) => line.replace('\r\x1b[K', ''));
}

describe("the demo's bar", () => {
  it.each([200, 120, 80, 60, 40, 24, 12])(
    'the bar of the demo never wraps in a terminal of %i columns, so that it overwrites itself',
    (columns) => {
      const states = [
        broadcast({}),
        broadcast({ queued: 400_000, accepted: 300_000, delivered: 300_000 }),
        broadcast({ delivered: 990_000, blocked: 10_000 }),
      ];
      for (const line of shown(columns, ...states)) expect(columnsOf(line)).toBeLessThan(columns);
    },
  );

  it.each([200, 120, 80, 60, 40])(
    'the bar of the demo keeps its place in a terminal of %i columns, whatever stands beside it',
    (columns) => {
      const lines = shown(
        columns,
        broadcast({}),
        { ...broadcast({ accepted: 300_000, delivered: 300_000 }), limitedBy: 'expansion' },
        { ...broadcast({ delivered: 1_000_000 }), limitedBy: null, ratePerSecond: 0 },
      );
      expect(new Set(lines.map((line) => line.indexOf(']'))).size).toBe(1);
    },
  );

  it('the bar of the demo fits 80 columns if the terminal does not tell its width', () => {
    const [line = ''] = shown(undefined, broadcast({ delivered: 1_000_000 }));
    expect(columnsOf(line)).toBeLessThan(80);
  });

  it('the bar of the demo starts empty, also while nobody is listed yet, and ends full', () => {
    const [none = '', listed = '', half = '', all = ''] = shown(
      200,
      broadcast({}),
      broadcast({ pending: 1_000_000 }),
      broadcast({ pending: 500_000, accepted: 250_000, delivered: 250_000 }),
      broadcast({ delivered: 1_000_000 }),
    );
    expect(none).toContain(`[${' '.repeat(32)}]`);
    expect(listed).toContain(`[${' '.repeat(32)}]`);
    expect(half).toContain(`[${'#'.repeat(8)}${'-'.repeat(8)}${' '.repeat(16)}]`);
    expect(all).toContain(`[${'#'.repeat(32)}]`);
  });
});

describe("the demo's funnel", () => {
  it.each([80, 60, 40])(
    'the funnel of the demo never wraps its bars in a terminal of %i columns',
    (columns) => {
      const drawn = funnel(broadcast({ delivered: 990_000, refused: 10_000 }), columns);
      for (const line of drawn.split('\n')) expect(columnsOf(line)).toBeLessThan(columns);
    },
  );
});
