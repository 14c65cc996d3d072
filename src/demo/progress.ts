import { columnsOf } from './terminal-columns.js';
import type { DemoBroadcast } from './demo-broadcast.js';

const MAX_WIDTH = 32;
const MIN_WIDTH = 10;
/** The width of a terminal that does not tell it. */
const DEFAULT_COLUMNS = 80;
/** Without a terminal a line is printed this often. */
const LINE_EVERY_MS = 1_000;

/** The stream that shows the progress. */
type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown };

/** Shows how far the broadcast is: as a bar in a terminal, as plain lines elsewhere. */
export class Progress {
  readonly #out: Screen;
  readonly #followers: number;
  #shownAt = -Infinity;

  constructor(out: Screen, followers: number) {
    this.#out = out;
    this.#followers = followers;
  }

  show(broadcast: DemoBroadcast): void {
    if (this.#out.isTTY) {
      this.#out.write(`\r\x1b[K${this.#line(broadcast)}`);
    } else if (performance.now() - this.#shownAt >= LINE_EVERY_MS) {
      this.#shownAt = performance.now();
      this.#out.write(`  ${summaries(numbersOf(broadcast), this.#followers)[0]}\n`);
    }
  }

  end(broadcast: DemoBroadcast): void {
    this.#shownAt = -Infinity;
    this.show(broadcast);
    if (this.#out.isTTY) this.#out.write('\n');
  }

  /** A wrapped line cannot be overwritten, so the text fits one. Some terminals wrap at their last column. */
  #line(broadcast: DemoBroadcast): string {
    const maxColumns = (this.#out.columns || DEFAULT_COLUMNS) - 1;
    const texts = summaries(numbersOf(broadcast), this.#followers);
    // The longest possible text decides, so that the bar keeps its place while the numbers grow.
    for (const [i, longest] of summaries(longestOf(this.#followers), this.#followers).entries()) {
      const width = Math.min(MAX_WIDTH, maxColumns - columnsOf(longest) - '[] '.length);
      if (width >= MIN_WIDTH) return `${bar(broadcast, this.#followers, width)} ${texts[i]}`;
    }
    return `${sentOf(broadcast)}/${this.#followers}`.slice(0, maxColumns);
  }
}

/** The bar has three parts: settled, waiting for a receipt, and not sent. Unlisted followers count as not sent. */
function bar({ counts, total }: DemoBroadcast, followers: number, width: number): string {
  const settled = total - unsentIn(counts) - awaitingIn(counts);
  const cells = (n: number): number => Math.round((Math.max(0, n) / followers) * width);
  const full = Math.min(width, cells(settled));
  const half = Math.min(width - full, cells(awaitingIn(counts)));
  // Finer characters than ASCII take two columns in many Chinese terminals.
  return `[${'#'.repeat(full)}${'-'.repeat(half)}${' '.repeat(width - full - half)}]`;
}

const unsentIn = ({ pending, queued, sending }: DemoBroadcast['counts']): number =>
  pending + queued + sending;

/** Messages that WeChat has: accepted, or under review. */
const awaitingIn = ({ accepted, reviewing }: DemoBroadcast['counts']): number =>
  accepted + reviewing;

const sentOf = ({ counts, total }: DemoBroadcast): number => total - unsentIn(counts);

interface Numbers {
  readonly sent: number;
  readonly awaiting: number;
  readonly delivered: number;
  readonly perSecond: number;
  readonly limitedBy: string | null;
}

const numbersOf = (broadcast: DemoBroadcast): Numbers => ({
  sent: sentOf(broadcast),
  awaiting: awaitingIn(broadcast.counts),
  delivered: broadcast.counts.delivered,
  perSecond: Math.round(broadcast.ratePerSecond),
  limitedBy: broadcast.limitedBy,
});

const longestOf = (followers: number): Numbers => ({
  sent: followers,
  awaiting: followers,
  delivered: followers,
  perSecond: 9_999,
  limitedBy: 'wechat_frequent',
});

/** The same state in ever fewer words. */
const summaries = (
  { sent, awaiting, delivered, perSecond, limitedBy }: Numbers,
  followers: number,
): readonly [string, ...string[]] => [
  `${sent}/${followers} sent 已发, ${awaiting} awaiting receipt 待回执, ${delivered} delivered 送达, ` +
    `${perSecond}/s${limitedBy ? ` (${limitedBy})` : ''}`,
  `${sent}/${followers} 已发 sent, ${delivered} 送达 delivered, ${perSecond}/s`,
  `${sent}/${followers} 已发 sent, ${perSecond}/s`,
  `${sent}/${followers}`,
];
