import { hashText, mix32, type TextHash } from '../hash.js';
import { ClientMsgIds } from './client-msg-ids.js';
import { Column } from './column.js';
import { ContentBook } from './content-book.js';
import { EntryIndex } from './entry-index.js';
import { Interner } from './interner.js';
import { contentKey, type ShownContent } from './shown-content.js';

export const SUCCESS = 'success';

export type LedgerMessage = {
  /** The follower's number. */
  readonly follower: number;
  readonly templateId: string;
  readonly content: ShownContent;
  readonly clientMsgId: string | undefined;
  /** The simulator's time. */
  readonly acceptedAt: number;
};

/** One accepted message. */
export type LedgerEntry = {
  readonly follower: number;
  readonly msgid: string;
  readonly clientMsgId: string | undefined;
  readonly templateId: string;
  /** Equal hashes: equal contents. */
  readonly contentHash: string;
  readonly content: ShownContent | undefined;
  readonly status: string;
  /** Which showing of this same message to this follower it was; 0: never shown. */
  readonly showing: number;
  readonly acceptedAt: number;
  readonly finishedAt: number;
  readonly receiptsAnswered: number;
};

/**
 * What every follower of one account has been sent and has seen. An entry is a row across typed columns
 * (about 75 bytes with its share of the indexes), because a million of them must fit beside everything else.
 */
export class Ledger {
  readonly #follower = new Column(Uint32Array);
  /** Entry number + 1 of the same follower's earlier entry; 0: none. */
  readonly #earlier = new Column(Uint32Array);
  readonly #template = new Column(Uint16Array);
  readonly #contentHigh = new Column(Uint32Array);
  readonly #contentLow = new Column(Uint32Array);
  readonly #clientMsgIds = new ClientMsgIds();
  readonly #status = new Column(Uint16Array);
  readonly #showing = new Column(Uint16Array);
  readonly #acceptedAt = new Column(Float64Array);
  readonly #finishedAt = new Column(Float64Array);
  readonly #receiptsAnswered = new Column(Uint8Array);

  /** Entry number + 1 of each follower's latest entry. */
  readonly #latest = new Column(Uint32Array);
  readonly #texts = new Interner();
  readonly #contents = new ContentBook();
  readonly #byContent = new EntryIndex(
    (entry) => mix32(mix32(this.#follower.get(entry)) ^ this.#contentLow.get(entry)),
    (one, other) => this.#sameContent(one, other),
  );
  readonly #byClientMsgId = new EntryIndex(
    (entry) => mix32(mix32(this.#follower.get(entry)) ^ this.#clientMsgIds.hash(entry)),
    (one, other) =>
      this.#follower.get(one) === this.#follower.get(other) && this.#clientMsgIds.same(one, other),
  );
  readonly #byStatus = new Map<string, number>();
  /** Followers who saw one message, or one client_msg_id, more than once. */
  readonly #sawTwice = new Set<number>();
  #accepted = 0;
  #recipients = 0;
  #drafted: LedgerMessage | undefined;

  /** @param firstMsgid entries are numbered from here, so a msgid costs no memory */
  constructor(private readonly firstMsgid: bigint) {}

  get accepted(): number {
    return this.#accepted;
  }

  /** Followers who were sent anything. */
  get recipients(): number {
    return this.#recipients;
  }

  get seen(): number {
    return this.#byStatus.get(SUCCESS) ?? 0;
  }

  get duplicates(): number {
    return this.#sawTwice.size;
  }

  get byStatus(): ReadonlyMap<string, number> {
    return this.#byStatus;
  }

  /** The next ledger's numbers start behind these: a msgid is never given out twice. */
  get nextMsgid(): bigint {
    return this.firstMsgid + BigInt(this.#accepted);
  }

  /** Earlier entries that a message repeats, by its client_msg_id and by its content; -1 for none. */
  recall(message: LedgerMessage): { readonly sameId: number; readonly sameContent: number } {
    const draft = this.#draft(message);
    return {
      sameId: this.#clientMsgIds.has(draft) ? this.#byClientMsgId.find(draft) : -1,
      sameContent: this.#byContent.find(draft),
    };
  }

  /** Accepts a message for good and returns its entry number. */
  record(message: LedgerMessage, status: string): number {
    const entry = this.#draft(message);
    const seen = status === SUCCESS;
    const sameContent = this.#byContent.find(entry);
    const shownBefore = sameContent < 0 ? 0 : this.#showings(sameContent);
    if (seen && (shownBefore > 0 || this.#idWasSeen(entry))) this.#sawTwice.add(message.follower);

    this.#status.set(entry, this.#texts.number(status));
    this.#showing.set(entry, seen ? shownBefore + 1 : 0);
    this.#finishedAt.set(entry, message.acceptedAt);
    this.#receiptsAnswered.set(entry, 0);
    const earlier = this.#latest.get(message.follower);
    this.#earlier.set(entry, earlier);
    this.#latest.set(message.follower, entry + 1);
    this.#byContent.put(entry);
    if (message.clientMsgId !== undefined) this.#byClientMsgId.put(entry);
    if (earlier === 0) this.#recipients++;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    this.#accepted++;
    this.#drafted = undefined;
    return entry;
  }

  finish(entry: number, at: number): void {
    this.#finishedAt.set(entry, at);
  }

  receiptAnswered(entry: number): void {
    this.#receiptsAnswered.set(entry, Math.min(255, this.#receiptsAnswered.get(entry) + 1));
  }

  msgid(entry: number): bigint {
    return this.firstMsgid + BigInt(entry);
  }

  follower(entry: number): number {
    return this.#follower.get(entry);
  }

  acceptedAt(entry: number): number {
    return this.#acceptedAt.get(entry);
  }

  finishedAt(entry: number): number {
    return this.#finishedAt.get(entry);
  }

  status(entry: number): string {
    return this.#texts.text(this.#status.get(entry));
  }

  sawTwice(follower: number): boolean {
    return this.#sawTwice.has(follower);
  }

  /** Everything a follower was sent, oldest first. */
  of(follower: number): LedgerEntry[] {
    const entries: LedgerEntry[] = [];
    for (let at = this.#latest.get(follower); at > 0; at = this.#earlier.get(at - 1)) {
      entries.push(this.#read(at - 1));
    }
    return entries.reverse();
  }

  wasSentAnything(follower: number): boolean {
    return this.#latest.get(follower) > 0;
  }

  #read(entry: number): LedgerEntry {
    const hash = this.#contentHash(entry);
    return {
      follower: this.#follower.get(entry),
      msgid: this.msgid(entry).toString(),
      clientMsgId: this.#clientMsgIds.get(entry),
      templateId: this.#texts.text(this.#template.get(entry)),
      contentHash: hex(hash.high) + hex(hash.low),
      content: this.#contents.find(hash),
      status: this.status(entry),
      showing: this.#showing.get(entry),
      acceptedAt: this.#acceptedAt.get(entry),
      finishedAt: this.#finishedAt.get(entry),
      receiptsAnswered: this.#receiptsAnswered.get(entry),
    };
  }

  /** Writes a message behind the last entry, where it can be compared but does not count yet. */
  #draft(message: LedgerMessage): number {
    const entry = this.#accepted;
    if (this.#drafted === message) return entry;
    this.#drafted = message;
    const hash = hashText(contentKey(message.content));
    this.#contents.note(hash, message.content);
    this.#follower.set(entry, message.follower);
    this.#template.set(entry, this.#texts.number(message.templateId));
    this.#contentHigh.set(entry, hash.high);
    this.#contentLow.set(entry, hash.low);
    this.#clientMsgIds.set(entry, message.clientMsgId);
    this.#acceptedAt.set(entry, message.acceptedAt);
    return entry;
  }

  /** How often the message of this entry had been shown up to it, itself included. */
  #showings(entry: number): number {
    for (let at = entry + 1; at > 0; at = this.#earlier.get(at - 1)) {
      const showing = this.#showing.get(at - 1);
      if (showing > 0 && this.#sameContent(at - 1, entry)) return showing;
    }
    return 0;
  }

  #idWasSeen(entry: number): boolean {
    if (!this.#clientMsgIds.has(entry)) return false;
    const sameId = this.#byClientMsgId.find(entry);
    return sameId >= 0 && this.#showing.get(sameId) > 0;
  }

  #sameContent(one: number, other: number): boolean {
    return (
      this.#follower.get(one) === this.#follower.get(other) &&
      this.#template.get(one) === this.#template.get(other) &&
      this.#contentLow.get(one) === this.#contentLow.get(other) &&
      this.#contentHigh.get(one) === this.#contentHigh.get(other)
    );
  }

  #contentHash(entry: number): TextHash {
    return { high: this.#contentHigh.get(entry), low: this.#contentLow.get(entry) };
  }
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
