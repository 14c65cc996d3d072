import type { TextHash } from '../kernel/text-hash.js';

/** A message as the phone shows it, without the parts that WeChat drops (`first`, `remark`, colours). */
export type ShownContent = {
  readonly values: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly miniprogram?: string;
  /** Fields that only some channels have, by their wire names: `page`, `lang`, `title`, `scene` and such. */
  readonly extras?: Readonly<Record<string, string>>;
};

const BETWEEN = '\u0001';
/** The number of contents whose words a ledger keeps. */
const MAX_CONTENTS = 20_000;

/** A text that is the same for equal contents only. */
export const contentKey = ({ values, url, miniprogram, extras }: ShownContent): string => {
  let key = '';
  for (const name in values) key += name + BETWEEN + values[name] + BETWEEN;
  if (extras) for (const name in extras) key += BETWEEN + name + BETWEEN + extras[name];
  return key + BETWEEN + (url ?? '') + BETWEEN + (miniprogram ?? '');
};

/** Keeps the words of the first distinct contents, so that people can read a ledger. Later ones have only a hash. */
export class ContentStore {
  readonly #contents = new Map<number, ShownContent>();

  note(hash: TextHash, content: ShownContent): void {
    if (this.#contents.size >= MAX_CONTENTS) return;
    const number = numberOf(hash);
    if (!this.#contents.has(number)) this.#contents.set(number, content);
  }

  find(hash: TextHash): ShownContent | undefined {
    return this.#contents.get(numberOf(hash));
  }
}

/** A number has 53 of the 64 bits, which is enough for a thousand contents. */
const numberOf = ({ high, low }: TextHash): number => (high & 0x1f_ffff) * 0x1_0000_0000 + low;
