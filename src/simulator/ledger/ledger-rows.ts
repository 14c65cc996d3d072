import type { TextHash } from '../kernel/text-hash.js';
import { channelAt, channelNumber, type Channel } from './channel.js';
import { ClientMsgIds } from './client-msg-ids.js';
import { Column } from './column.js';
import { Interner } from './interner.js';

export type LedgerRow = {
  readonly channel: Channel;
  readonly follower: number;
  readonly templateId: string;
  readonly contentHash: TextHash;
  readonly clientMsgId: string | undefined;
  readonly acceptedAt: number;
};

/**
 * The entries of a ledger in typed columns. An entry takes about 75 bytes with its share of the indexes, because a
 * million of them must fit in memory.
 */
export class LedgerRows {
  readonly clientMsgIds = new ClientMsgIds();
  readonly follower = new Column(Uint32Array);
  readonly contentLow = new Column(Uint32Array);
  /** The number of times this follower had seen this message with this entry. 0 means never shown. */
  readonly showing = new Column(Uint16Array);
  /** Times of the simulated clock, in milliseconds. */
  readonly acceptedAt = new Column(Float64Array);
  readonly finishedAt = new Column(Float64Array);
  readonly receiptsAnswered = new Column(Uint8Array);
  readonly #channel = new Column(Uint8Array);
  readonly #template = new Column(Uint16Array);
  readonly #contentHigh = new Column(Uint32Array);
  readonly #status = new Column(Uint16Array);
  readonly #texts = new Interner();

  /** Writes a row. A row behind the last entry can be compared, and does not count yet. */
  write(entry: number, row: LedgerRow): void {
    this.#channel.set(entry, channelNumber(row.channel));
    this.follower.set(entry, row.follower);
    this.#template.set(entry, this.#texts.number(row.templateId));
    this.#contentHigh.set(entry, row.contentHash.high);
    this.contentLow.set(entry, row.contentHash.low);
    this.clientMsgIds.set(entry, row.clientMsgId);
    this.acceptedAt.set(entry, row.acceptedAt);
    this.finishedAt.set(entry, row.acceptedAt);
    this.receiptsAnswered.set(entry, 0);
  }

  read(entry: number): LedgerRow {
    return {
      channel: this.channel(entry),
      follower: this.follower.get(entry),
      templateId: this.templateId(entry),
      contentHash: { high: this.#contentHigh.get(entry), low: this.contentLow.get(entry) },
      clientMsgId: this.clientMsgIds.get(entry),
      acceptedAt: this.acceptedAt.get(entry),
    };
  }

  channel(entry: number): Channel {
    return channelAt(this.#channel.get(entry));
  }

  templateId(entry: number): string {
    return this.#texts.text(this.#template.get(entry));
  }

  setStatus(entry: number, status: string): void {
    this.#status.set(entry, this.#texts.number(status));
  }

  status(entry: number): string {
    return this.#texts.text(this.#status.get(entry));
  }

  /** Whether two entries have the same words, template and follower. */
  sameContent(one: number, other: number): boolean {
    return (
      this.follower.get(one) === this.follower.get(other) &&
      this.#template.get(one) === this.#template.get(other) &&
      this.contentLow.get(one) === this.contentLow.get(other) &&
      this.#contentHigh.get(one) === this.#contentHigh.get(other)
    );
  }

  /** Whether two entries have the same client_msg_id and follower. */
  sameId(one: number, other: number): boolean {
    return (
      this.follower.get(one) === this.follower.get(other) && this.clientMsgIds.same(one, other)
    );
  }
}
