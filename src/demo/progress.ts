import { columnsOf } from './columns.js';
import type { DemoBroadcast } from './demo-broadcast.js';

const WIDEST = 32;
const NARROWEST = 10;
/** Of a terminal that does not say how wide it is. */
const USUAL_COLUMNS = 80;
/** Elsewhere than in a terminal a line is printed this often, in milliseconds. */
const LINE_EVERY_MS = 1_000;

/** Where it is shown. */
type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown };

/** Shows how far the broadcast is: a bar in a terminal, plain lines elsewhere. */
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
      this.#out.write(`  ${forms(numbersOf(broadcast), this.#followers)[0]}\n`);
    }
  }

  end(broadcast: DemoBroadcast): void {
    this.#shownAt = -Infinity;
    this.show(broadcast);
    if (this.#out.isTTY) this.#out.write('\n');
  }

  /** One line and never two: what is wrapped cannot be overwritten. The last column makes some terminals wrap. */
  #line(broadcast: DemoBroadcast): string {
    const room = (this.#out.columns || USUAL_COLUMNS) - 1;
    const texts = forms(numbersOf(broadcast), this.#followers);
    // Chosen by the longest it may become: the bar keeps its place while the numbers grow.
    for (const [i, longest] of forms(longestOf(this.#followers), this.#followers).entries()) {
      const width = Math.min(WIDEST, room - columnsOf(longest) - '[] '.length);
      if (width >= NARROWEST) return `${bar(broadcast, this.#followers, width)} ${texts[i]}`;
    }
    return `${sentOf(broadcast)}/${this.#followers}`.slice(0, room);
  }
}

/** Settled, waiting for a receipt, and everything before that; who is not listed yet is before that too. */
function bar({ counts, total }: DemoBroadcast, followers: number, width: number): string {
  const settled = total - before(counts) - awaiting(counts);
  const cells = (n: number): number => Math.round((Math.max(0, n) / followers) * width);
  const full = Math.min(width, cells(settled));
  const half = Math.min(width - full, cells(awaiting(counts)));
  // ASCII: what looks better takes two columns in many a Chinese terminal.
  return `[${'#'.repeat(full)}${'-'.repeat(half)}${' '.repeat(width - full - half)}]`;
}

const before = ({ pending, queued, sending }: DemoBroadcast['counts']): number =>
  pending + queued + sending;

/** WeChat has them: accepted, or under its review. */
const awaiting = ({ accepted, reviewing }: DemoBroadcast['counts']): number => accepted + reviewing;

const sentOf = ({ counts, total }: DemoBroadcast): number => total - before(counts);

interface Numbers {
  readonly sent: number;
  readonly awaiting: number;
  readonly delivered: number;
  readonly perSecond: number;
  readonly limitedBy: string | null;
}

const numbersOf = (broadcast: DemoBroadcast): Numbers => ({
  sent: sentOf(broadcast),
  awaiting: awaiting(broadcast.counts),
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

/** The same in fewer and fewer words. */
const forms = (
  { sent, awaiting, delivered, perSecond, limitedBy }: Numbers,
  followers: number,
): readonly [string, ...string[]] => [
  `${sent}/${followers} sent 已发, ${awaiting} awaiting receipt 待回执, ${delivered} delivered 送达, ` +
    `${perSecond}/s${limitedBy ? ` (${limitedBy})` : ''}`,
  `${sent}/${followers} 已发 sent, ${delivered} 送达 delivered, ${perSecond}/s`,
  `${sent}/${followers} 已发 sent, ${perSecond}/s`,
  `${sent}/${followers}`,
];
