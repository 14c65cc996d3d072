import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { monthAhead } from '../../src/broadcast/engine/storage/delivery-month.js';
import type { BroadcastTables } from '../../src/broadcast/engine/record/engine.tables.js';
import { Retention } from '../../src/broadcast/engine/storage/retention.js';
import { RetentionConfig } from '../../src/config/config.js';
import { clockOption, kyselyOn } from '../../src/database/dialect.js';
import { Clock } from '../../src/kernel/clock.js';
import type { WechatAccount } from './wechat-process.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/history.mjs');
/** Of a delivery with its receipt, their indexes, and room to build these. */
const BYTES_A_ROW = 900;
const DAY_MS = 86_400_000;
/** A drop waits two seconds for its lock, and is tried again, as the product does an hour later. */
const TRIES = 10;

/** Refuses to fill the disk. */
export async function requireSpace(rows: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const [free, needed] = [bavail * bsize, rows * BYTES_A_ROW];
  if (free < needed)
    throw new Error(
      `${rows} rows need ${gigabytes(needed)} GB in ${tmpdir()}, which has ${gigabytes(free)} GB: name a smaller --size`,
    );
}

const gigabytes = (bytes: number): number => Math.round(bytes / 1e9);

interface Wanted {
  /** Its followers are on record. They are the people who were sent to. */
  readonly account: WechatAccount;
  readonly rows: number;
  readonly months: number;
}

/** Fills a database with finished broadcasts, each to nearly all followers of the account. */
export async function makeHistory(
  databaseUrl: string,
  { account, rows, months }: Wanted,
  log: (line: string) => void,
): Promise<void> {
  // The first broadcasts are smaller than the last: of this size even that one has nobody who is not on record.
  const perMonth = Math.ceil(rows / (months * 0.8 * account.followers));
  const args = Object.entries({ rows, months, 'broadcasts-per-month': perMonth }).flatMap(
    ([name, value]) => [`--${name}`, String(value)],
  );
  const child = spawn(
    process.execPath,
    [SCRIPT, '--database-url', databaseUrl, '--appid', account.appid, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stderr })) log(line);
  const [code] = await ended;
  if (code !== 0)
    throw new Error(`the history could not be made: scripts/history.mjs ended with ${code}`);
}

/** Drops the month so long ago, and whatever is older, as a worker does whose installation keeps no more. */
export async function dropMonth(databaseUrl: string, monthsAgo: number): Promise<void> {
  // The output is the bench's, and may be JSON.
  Logger.overrideLogger(['error']);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, options: clockOption(0) });
  try {
    const db = kyselyOn<BroadcastTables>(pool);
    const clock = new Clock();
    const { to, suffix } = monthAhead(clock.now(), -monthsAgo);
    const days = Math.floor((clock.now().getTime() - to.getTime()) / DAY_MS);
    const retention = new Retention(db, clock, new RetentionConfig(days));
    for (let tries = 1; ; tries++) {
      await retention.run().catch((error: unknown) => {
        if (tries === TRIES) throw error;
      });
      const left = await pool.query('select where to_regclass($1) is not null', [
        `receipt_${suffix}`,
      ]);
      if (left.rows.length === 0) return;
      if (tries === TRIES) throw new Error(`${suffix} should have been dropped, and is there`);
    }
  } finally {
    await pool.end();
  }
}
