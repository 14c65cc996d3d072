import { PAGES } from './benches/api.js';
import type { Figures } from './bench.js';
import { isSpread } from './support/spread.js';

/** A promise of the product about its speed, and where the figures hold it. */
interface Goal {
  readonly key: string;
  readonly wants: string;
  readonly isMet: (value: number) => boolean;
  readonly read: (figures: FiguresOf) => number | undefined;
}

/** Finds a figure by its path: bench, setting, names. It is the median of a spread, and undefined if not measured. */
type FiguresOf = (...path: readonly string[]) => number | undefined;

const atMost = (limit: number) => (value: number) => value <= limit;
const atLeast = (limit: number) => (value: number) => value >= limit;

const BESIDE_BARE = ['weicast', '100ms beside bare'] as const;

const GOALS: readonly Goal[] = [
  {
    key: 'cpuRatioToBare',
    wants: '≤ 1.4',
    isMet: atMost(1.4),
    read: (of) => of(...BESIDE_BARE, 'cpuRatioToBare'),
  },
  {
    key: 'cpuRatioToPlainService',
    wants: '≤ 0.5',
    isMet: atMost(0.5),
    read: (of) => of('plain', '100ms', 'cpuRatioToPlainService'),
  },
  {
    key: 'timesTheLoopAt50ms',
    wants: '≥ 50',
    isMet: atLeast(50),
    read: (of) =>
      quotient(of('weicast', '50ms', 'sendsPerSecond'), of('loop', '50ms', 'sendsPerSecond')),
  },
  {
    key: 'sendsPerSecondAt100ms',
    wants: '≥ 2,500',
    isMet: atLeast(2_500),
    read: (of) => of(...BESIDE_BARE, 'weicast', 'sendsPerSecond'),
  },
  {
    key: 'redisMiBAboveIdleFor1000000',
    wants: '≤ 64',
    isMet: atMost(64),
    read: (of) => of('memory', '1000000 recipients', 'redisMostAboveIdleMiB'),
  },
  {
    key: 'workerMiBFor1000000',
    wants: '≤ 300',
    isMet: atMost(300),
    read: (of) => of('memory', '1000000 recipients', 'worker', 'mostMiB'),
  },
  {
    key: 'workerMemory1000000To10000',
    wants: '< 1.15',
    isMet: (ratio) => ratio < 1.15,
    read: (of) =>
      quotient(
        of('memory', '1000000 recipients', 'worker', 'ninetyFifthPercentileMiB'),
        of('memory', '10000 recipients', 'worker', 'ninetyFifthPercentileMiB'),
      ),
  },
  {
    key: 'secondsToFirstMessageOf1000000',
    wants: '< 2',
    isMet: (seconds) => seconds < 2,
    read: (of) => of('start', '1000000 followers', 'secondsToFirstMessage'),
  },
  {
    key: 'callbacksPerSecond',
    wants: '≥ 3,000',
    isMet: atLeast(3_000),
    read: (of) =>
      worst(
        Math.min,
        of('callback', 'plain', 'pushesPerSecond'),
        of('callback', 'safe', 'pushesPerSecond'),
      ),
  },
  {
    key: 'callbackP99Ms',
    wants: '< 200',
    isMet: (ms) => ms < 200,
    read: (of) =>
      worst(Math.max, of('callback', 'plain', 'p99Ms'), of('callback', 'safe', 'p99Ms')),
  },
  {
    key: 'callbackP99MsWhile20LogIn',
    wants: '< 200',
    isMet: (ms) => ms < 200,
    read: (of) => of('logins', '20 log in', 'p99Ms'),
  },
  {
    key: 'slowestPageMsAt10000000',
    wants: '< 300',
    isMet: (ms) => ms < 300,
    read: (of) =>
      PAGES.map((page) => of('api', '10000000 rows', page, 'p99Ms')).reduce((slowest, ms) =>
        worst(Math.max, slowest, ms),
      ),
  },
  {
    key: 'cpuHistoryRatio',
    wants: '≤ 1.1',
    isMet: atMost(1.1),
    read: (of) => of('history', '20000000 rows', 'cpuHistoryRatio'),
  },
  {
    key: 'livePagePercentOfOneCore',
    wants: '< 10',
    isMet: (percent) => percent < 10,
    read: (of) => of('live-page', 'one broadcast', 'percentOfOneCore'),
  },
  {
    key: 'accountShareMin1000',
    wants: '≥ 0.95',
    isMet: atLeast(0.95),
    read: (of) =>
      [1, 4]
        .map((workers) =>
          of(
            'accounts',
            `10 × 60/s beside 990 × 1/s, ${workers} worker${workers > 1 ? 's' : ''}`,
            'shareOfCap',
            'least',
          ),
        )
        .reduce((least, share) => worst(Math.min, least, share)),
  },
  {
    key: 'microsASecondPerIdleAccount',
    wants: '≤ 50',
    isMet: atMost(50),
    read: (of) => of('idle', '1000 accounts', 'microsASecondPerIdleAccount'),
  },
  {
    key: 'cpuWorkers4To1',
    wants: '≤ 1.15',
    isMet: atMost(1.15),
    read: (of) =>
      quotient(
        of('scale', '4 workers', 'microsPerMessage', 'total'),
        of('scale', '1 workers', 'microsPerMessage', 'total'),
      ),
  },
];

export interface Verdict {
  readonly key: string;
  readonly wants: string;
  readonly value: number;
  readonly isMet: boolean;
}

/** Judges the goals whose figures were measured. */
export function verdicts(
  benches: Readonly<Record<string, { readonly figures: Figures }>>,
): Verdict[] {
  const of: FiguresOf = (bench = '', ...path) => numberAt(benches[bench]?.figures, path);
  return GOALS.flatMap(({ key, wants, isMet, read }) => {
    const value = read(of);
    return value === undefined ? [] : [{ key, wants, value, isMet: isMet(value) }];
  });
}

function numberAt(from: unknown, path: readonly string[]): number | undefined {
  const found = path.reduce<unknown>(
    (figures, name) => (figures as Record<string, unknown> | undefined)?.[name],
    from,
  );
  if (isSpread(found)) return found.median;
  return typeof found === 'number' ? found : undefined;
}

const quotient = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Number((a / b).toFixed(2));

const worst = (
  of: (...values: number[]) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined => (a === undefined || b === undefined ? undefined : of(a, b));
