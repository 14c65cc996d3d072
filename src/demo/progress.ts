import type { DemoBroadcast } from './demo-broadcast.js';

const WIDTH = 32;
/** Elsewhere than in a terminal a line is printed this often, in milliseconds. */
const LINE_EVERY_MS = 1_000;

/** Shows how far the broadcast is: a bar in a terminal, plain lines elsewhere. */
export class Progress {
  #shownAt = -Infinity;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly followers: number,
  ) {}

  show(broadcast: DemoBroadcast): void {
    if (this.out.isTTY) {
      this.out.write(
        `\r\x1b[K${bar(broadcast, this.followers)} ${words(broadcast, this.followers)}`,
      );
    } else if (performance.now() - this.#shownAt >= LINE_EVERY_MS) {
      this.#shownAt = performance.now();
      this.out.write(`  ${words(broadcast, this.followers)}\n`);
    }
  }

  end(broadcast: DemoBroadcast): void {
    this.#shownAt = -Infinity;
    this.show(broadcast);
    if (this.out.isTTY) this.out.write('\n');
  }
}

/** Settled, waiting for a receipt, and everything before that. */
function bar({ counts }: DemoBroadcast, followers: number): string {
  const settled = followers - before(counts) - awaiting(counts);
  const cells = (n: number): number => Math.round((Math.max(0, n) / followers) * WIDTH);
  const full = cells(settled);
  const half = Math.min(WIDTH - full, cells(awaiting(counts)));
  return `[${'█'.repeat(full)}${'▒'.repeat(half)}${'·'.repeat(WIDTH - full - half)}]`;
}

const before = ({ pending, queued, sending }: DemoBroadcast['counts']): number =>
  pending + queued + sending;

/** WeChat has them: accepted, or under its review. */
const awaiting = ({ accepted, reviewing }: DemoBroadcast['counts']): number => accepted + reviewing;

function words(
  { counts, total, ratePerSecond, limitedBy }: DemoBroadcast,
  followers: number,
): string {
  const out = total - before(counts);
  return (
    `${out}/${followers} sent 已发 · ${awaiting(counts)} awaiting receipt 待回执 · ` +
    `${counts.delivered} delivered 送达 · ${Math.round(ratePerSecond)}/s${limitedBy ? ` (${limitedBy})` : ''}`
  );
}
