/** Operators are told when more than this share of a broadcast's last messages is under review. It holds nothing. */
const REVIEW_SHARE = { above: 0.05, from: 100, of: 1_000 } as const;
/** Broadcasts remembered at once. */
const MAX_REMEMBERED = 1_000;

export interface ReviewShare {
  readonly part: number;
  readonly whole: number;
}

/** The last answers of one broadcast: which of them said that WeChat reviews the message. */
interface Answers {
  /** Which of the last ones were; undefined while none was. */
  reviewed: Uint8Array | undefined;
  seen: number;
  part: number;
}

/** Notices, from what one process sees, that WeChat reviews many messages of a broadcast. Told once for each. */
export class ReviewShares {
  readonly #answers = new Map<string, Answers | 'told'>();

  /** Called for every answer; says the share once it is too large. */
  answered(broadcastId: string, underReview: boolean): ReviewShare | undefined {
    const known = this.#answers.get(broadcastId);
    if (known === 'told') return undefined;
    const answers = known ?? this.#begin(broadcastId);
    const place = answers.seen++ % REVIEW_SHARE.of;
    // Hardly any broadcast meets a review; one that does not costs a look-up and a count.
    if (underReview) answers.reviewed ??= new Uint8Array(REVIEW_SHARE.of);
    if (!answers.reviewed) return undefined;
    answers.part += Number(underReview) - (answers.reviewed[place] ?? 0);
    answers.reviewed[place] = Number(underReview);
    const whole = Math.min(answers.seen, REVIEW_SHARE.of);
    if (whole < REVIEW_SHARE.from || answers.part <= whole * REVIEW_SHARE.above) return undefined;
    this.#answers.set(broadcastId, 'told');
    return { part: answers.part, whole };
  }

  /** Called where it could not be written down: the next answers return the share again. */
  forget(broadcastId: string): void {
    this.#answers.delete(broadcastId);
  }

  #begin(broadcastId: string): Answers {
    const answers = { reviewed: undefined, seen: 0, part: 0 };
    this.#answers.set(broadcastId, answers);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_REMEMBERED && oldest !== undefined) this.#answers.delete(oldest);
    return answers;
  }
}
