import type { AccountSettings } from '../settings/account-settings.js';
import type { SimulatedClock } from '../kernel/simulated-clock.js';
import type { Followers } from '../followers/followers.js';
import type { Ledger, LedgerMessage } from '../ledger/ledger.js';
import type { SeededRandom } from '../kernel/seeded-random.js';
import { DueQueue } from '../pushes/due-queue.js';
import type { Receipts } from '../receipts/receipts.js';
import type { TemplateStore } from '../templates/template-store.js';
import { renderTemplate } from '../templates/template.js';
import type {
  InterceptedView,
  Review,
  ReviewEnd,
  ReviewOrder,
  ReviewRule,
  ReviewView,
} from './review.js';

type ReviewedAccount = {
  readonly settings: AccountSettings;
  readonly followers: Followers;
  readonly templates: TemplateStore;
  readonly receipts: Receipts;
  readonly ledger: Ledger;
};

const MAX_TIMER_MS = 0x7fff_ffff;

/** WeChat's review of the template messages of one account. Each review ends by itself. */
export class Reviews {
  readonly #account: ReviewedAccount;
  readonly #clock: SimulatedClock;
  readonly #random: SeededRandom;

  #reviews: Review[] = [];
  readonly #latest = new Map<string, Review>();
  readonly #due = new DueQueue();
  #intercepted: InterceptedView[] = [];
  #lastId = 0;
  #again = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(account: ReviewedAccount, clock: SimulatedClock, random: SeededRandom) {
    this.#account = account;
    this.#clock = clock;
    this.#random = random;
  }

  /** Decides whether a message is reviewed, and how the review ends. */
  decide(rule: ReviewRule | undefined): Pick<ReviewOrder, 'end' | 'delayMs'> | undefined {
    const { reviews } = this.#account.settings;
    if (!rule && !this.#random.chance(reviews.share)) return undefined;
    const delayMs = rule?.delayMs ?? this.#random.between(reviews.delayMinMs, reviews.delayMaxMs);
    return { end: rule?.end ?? this.#randomEnd(), delayMs };
  }

  /** The latest review of this message, by its client_msg_id. */
  find(message: LedgerMessage): Review | undefined {
    return message.clientMsgId === undefined ? undefined : this.#latest.get(keyOf(message));
  }

  /** Counts a message that was sent again during or after its review. */
  countRepeat(): void {
    this.#again++;
  }

  start(order: ReviewOrder, latencyMs: number): Review {
    const review: Review = { ...order, state: 'waiting', entry: undefined };
    this.#latest.set(keyOf(order.message), review);
    const waitMs = latencyMs + order.delayMs;
    if (order.end === 'told') this.#pass(review, waitMs);
    review.state = 'waiting';
    this.#due.put(this.#reviews.push(review) - 1, performance.now() + waitMs, 0);
    this.#setTimer();
    return review;
  }

  /** The msgid, if the answer tells it. */
  toldMsgid({ end, entry }: Review): bigint | undefined {
    return end === 'told' && entry !== undefined ? this.#account.ledger.msgid(entry) : undefined;
  }

  /** The refused messages of a template, after this id. */
  intercepted(templateId: string, largestId: number, limit: number): InterceptedView[] {
    return this.#intercepted
      .filter(({ id, tmpl_msg_id: of }) => id > largestId && of === templateId)
      .slice(0, limit);
  }

  list(openid?: string): ReviewView[] {
    const { followers, ledger } = this.#account;
    return this.#reviews
      .map(({ message, state, end, entry }) => ({
        openid: followers.openid(message.follower),
        clientMsgId: message.clientMsgId,
        state,
        end,
        msgid: entry === undefined ? null : ledger.msgid(entry).toString(),
        takenAt: new Date(message.acceptedAt).toISOString(),
      }))
      .filter((review) => openid === undefined || review.openid === openid);
  }

  report() {
    const among = (state: Review['state']): number =>
      this.#reviews.filter((review) => review.state === state).length;
    return {
      taken: this.#reviews.length,
      again: this.#again,
      waiting: among('waiting'),
      passed: among('passed'),
      refused: among('refused'),
    };
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#due.clear();
    this.#latest.clear();
    this.#reviews = [];
    this.#intercepted = [];
    this.#again = 0;
  }

  #randomEnd(): ReviewEnd {
    const { told, silent, refused } = this.#account.settings.reviews;
    const drawn = this.#random.next();
    if (drawn < told) return 'told';
    if (drawn < told + silent) return 'silent';
    return drawn < told + silent + refused ? 'refused' : 'passes';
  }

  /** One timer serves all waiting reviews. */
  #setTimer(): void {
    clearTimeout(this.#timer);
    const dueAt = this.#due.nextDueAt;
    if (dueAt === Infinity) return;
    const waitMs = Math.min(Math.max(0, dueAt - performance.now()), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#finishDue(), waitMs);
  }

  #finishDue(): void {
    while (this.#due.nextDueAt <= performance.now()) {
      const review = this.#reviews[this.#due.take() ?? -1];
      if (review?.end === 'refused') this.#refuse(review);
      else if (review && review.entry === undefined) this.#pass(review, 0);
      else if (review) review.state = 'passed';
    }
    this.#setTimer();
  }

  #pass(review: Review, waitMs: number): void {
    const { ledger, receipts } = this.#account;
    review.state = 'passed';
    const acceptedAt = this.#clock.now();
    review.entry = ledger.record({ ...review.message, acceptedAt }, review.status);
    const never = review.end === 'silent' ? { never: 1 } : {};
    void receipts.announce(review.entry, waitMs, { ...review.receipt, ...never, early: 0 });
  }

  #refuse(review: Review): void {
    review.state = 'refused';
    const { follower, templateId, content, acceptedAt } = review.message;
    const template = this.#account.templates.find(templateId);
    this.#intercepted.push({
      id: ++this.#lastId,
      tmpl_msg_id: templateId,
      title: template?.title ?? '',
      content: template ? renderTemplate(template, content.values) : '',
      send_timestamp: Math.floor(acceptedAt / 1_000),
      openid: this.#account.followers.openid(follower),
    });
  }
}

const keyOf = ({ follower, clientMsgId }: LedgerMessage): string => `${follower} ${clientMsgId}`;
