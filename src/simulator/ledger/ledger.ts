import { hashText, mix32 } from '../kernel/text-hash.js';
import { CHANNELS, channelNumber, type Channel } from './channel.js';
import { Column } from './column.js';
import { EntryIndex } from './entry-index.js';
import { LedgerRows } from './ledger-rows.js';
import { contentKey, ContentStore, type ShownContent } from './shown-content.js';

export const SUCCESS = 'success';

export type LedgerMessage = {
  readonly channel: Channel;
  /** The number of the follower. */
  readonly follower: number;
  readonly templateId: string;
  readonly content: ShownContent;
  readonly clientMsgId: string | undefined;
  /** The time of the simulated clock. */
  readonly acceptedAt: number;
};

/** One accepted message. */
export type LedgerEntry = {
  readonly channel: Channel;
  readonly follower: number;
  readonly msgid: string;
  readonly clientMsgId: string | undefined;
  readonly templateId: string;
  /** Equal contents have equal hashes. */
  readonly contentHash: string;
  readonly content: ShownContent | undefined;
  readonly status: string;
  /** The number of times this follower had seen this message with this entry. 0 means never shown. */
  readonly showing: number;
  readonly acceptedAt: number;
  readonly finishedAt: number;
  readonly receiptsAnswered: number;
};

/** What every follower of one account was sent, and has seen. */
export class Ledger {
  readonly #firstMsgid: bigint;

  readonly #rows = new LedgerRows();
  readonly #contents = new ContentStore();
  /** The latest entry of each follower, and the entry before each entry. Both are entry numbers + 1, or 0 for none. */
  readonly #latest = new Column(Uint32Array);
  readonly #earlier = new Column(Uint32Array);
  readonly #byContent = new EntryIndex(
    (entry) => mix32(mix32(this.#rows.follower.get(entry)) ^ this.#rows.contentLow.get(entry)),
    (one, other) => this.#rows.sameContent(one, other),
  );
  readonly #byId = new EntryIndex(
    (entry) => mix32(mix32(this.#rows.follower.get(entry)) ^ this.#rows.clientMsgIds.hash(entry)),
    (one, other) => this.#rows.sameId(one, other),
  );
  readonly #byStatus = new Map<string, number>();
  readonly #duplicateViewers = new Set<number>();
  readonly #byChannel = CHANNELS.map(() => 0);
  #accepted = 0;
  #recipients = 0;
  #drafted: LedgerMessage | undefined;

  /** @param firstMsgid the msgid of the first entry; later ones count on, so that a msgid costs no memory */
  constructor(firstMsgid: bigint) {
    this.#firstMsgid = firstMsgid;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** The number of followers who were sent anything. */
  get recipients(): number {
    return this.#recipients;
  }

  get seen(): number {
    return this.#byStatus.get(SUCCESS) ?? 0;
  }

  /** The number of followers who saw one message, or one client_msg_id, more than once. */
  get duplicates(): number {
    return this.#duplicateViewers.size;
  }

  get byStatus(): ReadonlyMap<string, number> {
    return this.#byStatus;
  }

  acceptedBy(channel: Channel): number {
    return this.#byChannel[channelNumber(channel)] ?? 0;
  }

  /** The first msgid of the next ledger. A msgid is never given out twice. */
  get nextMsgid(): bigint {
    return this.#firstMsgid + BigInt(this.#accepted);
  }

  /** Finds the earlier entries with the same client_msg_id and with the same content, or -1. */
  findEarlier(message: LedgerMessage): { readonly sameId: number; readonly sameContent: number } {
    const draft = this.#draft(message);
    return {
      sameId: this.#rows.clientMsgIds.has(draft) ? this.#byId.find(draft) : -1,
      sameContent: this.#byContent.find(draft),
    };
  }

  /** Records an accepted message, and returns its entry number. */
  record(message: LedgerMessage, status: string): number {
    const { sameId, sameContent } = this.findEarlier(message);
    const entry = this.#accepted;
    const { follower } = message;
    const seen = status === SUCCESS;
    const shownBefore = sameContent < 0 ? 0 : this.#showings(sameContent);
    const idShownBefore = sameId >= 0 && this.#rows.showing.get(sameId) > 0;
    if (seen && (shownBefore > 0 || idShownBefore)) this.#duplicateViewers.add(follower);

    this.#rows.setStatus(entry, status);
    this.#rows.showing.set(entry, seen ? shownBefore + 1 : 0);
    const earlier = this.#latest.get(follower);
    this.#earlier.set(entry, earlier);
    this.#latest.set(follower, entry + 1);
    this.#byContent.put(entry);
    if (message.clientMsgId !== undefined) this.#byId.put(entry);
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    const channel = channelNumber(message.channel);
    this.#byChannel[channel] = (this.#byChannel[channel] ?? 0) + 1;
    if (earlier === 0) this.#recipients++;
    this.#accepted++;
    this.#drafted = undefined;
    return entry;
  }

  /** Sets the time at which WeChat finished a message, with success or without. */
  finish(entry: number, at: number): void {
    this.#rows.finishedAt.set(entry, at);
  }

  receiptAnswered(entry: number): void {
    const { receiptsAnswered } = this.#rows;
    receiptsAnswered.set(entry, Math.min(255, receiptsAnswered.get(entry) + 1));
  }

  msgid(entry: number): bigint {
    return this.#firstMsgid + BigInt(entry);
  }

  follower(entry: number): number {
    return this.#rows.follower.get(entry);
  }

  acceptedAt(entry: number): number {
    return this.#rows.acceptedAt.get(entry);
  }

  finishedAt(entry: number): number {
    return this.#rows.finishedAt.get(entry);
  }

  channel(entry: number): Channel {
    return this.#rows.channel(entry);
  }

  templateId(entry: number): string {
    return this.#rows.templateId(entry);
  }

  status(entry: number): string {
    return this.#rows.status(entry);
  }

  sawTwice(follower: number): boolean {
    return this.#duplicateViewers.has(follower);
  }

  wasSentAnything(follower: number): boolean {
    return this.#latest.get(follower) > 0;
  }

  /** All messages to a follower, the oldest first. */
  entriesOf(follower: number): LedgerEntry[] {
    const entries: LedgerEntry[] = [];
    for (let at = this.#latest.get(follower); at > 0; at = this.#earlier.get(at - 1)) {
      entries.push(this.#read(at - 1));
    }
    return entries.reverse();
  }

  #read(entry: number): LedgerEntry {
    const { contentHash, ...row } = this.#rows.read(entry);
    return {
      ...row,
      msgid: this.msgid(entry).toString(),
      contentHash: hex(contentHash.high) + hex(contentHash.low),
      content: this.#contents.find(contentHash),
      status: this.status(entry),
      showing: this.#rows.showing.get(entry),
      finishedAt: this.finishedAt(entry),
      receiptsAnswered: this.#rows.receiptsAnswered.get(entry),
    };
  }

  #draft(message: LedgerMessage): number {
    if (this.#drafted !== message) {
      const contentHash = hashText(contentKey(message.content));
      this.#contents.note(contentHash, message.content);
      this.#rows.write(this.#accepted, { ...message, contentHash });
      this.#drafted = message;
    }
    return this.#accepted;
  }

  /** How often the message of this entry had been shown, with this entry. */
  #showings(entry: number): number {
    for (let at = entry + 1; at > 0; at = this.#earlier.get(at - 1)) {
      const showing = this.#rows.showing.get(at - 1);
      if (showing > 0 && this.#rows.sameContent(at - 1, entry)) return showing;
    }
    return 0;
  }
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
