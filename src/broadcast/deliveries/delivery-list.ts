import { Injectable } from '@nestjs/common';
import { HotSql } from '../../database/hot-sql.js';
import { page, type Page } from '../../http/cursor.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import { pageOfScan } from '../../http/bounded-scan.js';
import { invalidCursor } from '../../http/id-cursor.js';
import {
  type DeliveryRow,
  ONE_DELIVERY,
  PROBLEMS,
  SCAN_DELIVERIES,
} from './delivery.statements.js';
import type { DeliveryState } from '../engine/record/states.js';
import {
  isProblemState,
  PROBLEM_STATES,
  type ProblemCursor,
  type ProblemState,
  readProblemCursor,
  writeProblemCursor,
} from './problem-cursor.js';

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly errcode?: number | undefined;
}

/** How many rows of the primary key one request may read to fill its page. */
const MAX_READ = 5_000;
const LOWEST_ERRCODE = -(2 ** 31);
const HIGHEST_ERRCODE = 2 ** 31 - 1;

interface ProblemRow extends DeliveryRow {
  readonly problem_errcode: number;
}

/**
 * Lists deliveries by page. Those that ended badly come from `delivery_problem`, ordered by errcode; all others come
 * along the primary key, of which a request reads a bounded stretch.
 */
@Injectable()
export class DeliveryList {
  readonly #sql: HotSql;

  constructor(sql: HotSql) {
    this.#sql = sql;
  }

  async findDelivery(broadcastId: string, openid: string): Promise<DeliveryRow | undefined> {
    const [row] = await this.#sql.query<DeliveryRow>(ONE_DELIVERY, [broadcastId, openid]);
    return row;
  }

  /** An errcode without a state lists those that ended badly with it. */
  list(
    broadcastId: string,
    { state, errcode }: DeliveryFilter,
    after: string | undefined,
    limit: number,
  ): Promise<Page<DeliveryRow>> {
    if (state !== undefined && isProblemState(state))
      return this.#problems(broadcastId, [state], errcode, after, limit);
    if (state === undefined && errcode !== undefined)
      return this.#problems(broadcastId, PROBLEM_STATES, errcode, after, limit);
    return this.#scan(broadcastId, { state, errcode }, after, limit);
  }

  async #scan(
    broadcastId: string,
    { state, errcode }: DeliveryFilter,
    after: string | undefined,
    limit: number,
  ): Promise<Page<DeliveryRow>> {
    if (after !== undefined && !OPENID_PATTERN.test(after)) throw invalidCursor();
    const maxRead = state === undefined ? limit + 1 : MAX_READ;
    const rows = await this.#sql.query<ScanRow>(SCAN_DELIVERIES, [
      broadcastId,
      after ?? '',
      maxRead,
      state ?? null,
      errcode ?? null,
      limit + 1,
    ]);
    const { read = 0, reached = null } = rows[0] ?? {};
    const items = rows.filter(isDelivery);
    return pageOfScan({ items, read, reached }, limit, maxRead, ({ openid }) => openid);
  }

  /** Reads one state after the other until the page is full: each is a range of the index. */
  async #problems(
    broadcastId: string,
    states: readonly ProblemState[],
    errcode: number | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<Page<DeliveryRow>> {
    const cursor = after === undefined ? undefined : readProblemCursor(after);
    const from = cursor === undefined ? 0 : states.indexOf(cursor.state);
    if (from === -1) throw invalidCursor();
    const found: { row: ProblemRow; cursor: ProblemCursor }[] = [];
    for (const state of states.slice(from)) {
      const start = cursor?.state === state ? cursor : undefined;
      const rows = await this.#sql.query<ProblemRow>(PROBLEMS, [
        broadcastId,
        state,
        start?.errcode ?? errcode ?? LOWEST_ERRCODE,
        start?.openid ?? '',
        errcode ?? HIGHEST_ERRCODE,
        limit + 1 - found.length,
      ]);
      for (const row of rows)
        found.push({ row, cursor: { state, errcode: row.problem_errcode, openid: row.openid } });
      if (found.length > limit) break;
    }
    const { items, next } = page(found, limit, (last) => writeProblemCursor(last.cursor));
    return { items: items.map(({ row }) => row), next };
  }
}

type ScanRow = { read: number; reached: string | null } & (DeliveryRow | { openid: null });

const isDelivery = (row: ScanRow): row is ScanRow & DeliveryRow => row.openid !== null;
