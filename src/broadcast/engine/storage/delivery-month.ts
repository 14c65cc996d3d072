import { sql, type Transaction } from 'kysely';
import { uuidV7Floor } from '../../../kernel/ids.js';

/** A month (UTC), of which deliveries, their problems and receipts have a partition each. */
export interface Month {
  readonly from: Date;
  readonly to: Date;
  /** As in `delivery_2026_11`. */
  readonly suffix: string;
}

/** The month that lies `ahead` months after the given instant's. */
export function monthAhead(at: Date, ahead: number): Month {
  const from = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1));
  const to = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead + 1, 1));
  const suffix = from.toISOString().slice(0, 7).replace('-', '_');
  return { from, to, suffix };
}

/** The month of a partition's name; undefined where the name tells none. */
export function monthOfPartition(name: string): Month | undefined {
  const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? [];
  return year === undefined ? undefined : monthAhead(new Date(`${year}-${month}-01T00:00:00Z`), 0);
}

/** The month in whose partition a broadcast's deliveries belong, whenever it starts. */
export const monthOfBroadcast = (id: string): Month =>
  monthAhead(new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)), 0);

/** Bounds of the ids of broadcasts that were created in a month. */
export const idsOf = ({ from, to }: Month): readonly [string, string] => [
  uuidV7Floor(from),
  uuidV7Floor(to),
];

export const timesOf = ({ from, to }: Month): readonly [string, string] => [
  from.toISOString(),
  to.toISOString(),
];

/** Taken by everyone who makes or drops partitions, so that of several workers one does it. */
export async function lockPartitions<Tables>(tx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('weicast partitions'))`.execute(tx);
}
