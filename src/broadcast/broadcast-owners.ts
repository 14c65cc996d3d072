import { Injectable } from '@nestjs/common';
import { HotSql, type HotStatement } from '../database/hot-sql.js';

const APPID_OF_BROADCAST: HotStatement = {
  name: 'appid-of-broadcast',
  text: `
    select account.appid from broadcast join account on account.id = broadcast.account_id
    where broadcast.id = $1`,
};

/** Whose a broadcast is. It never changes, but a caller's rights do: the answer is not kept. */
@Injectable()
export class BroadcastOwners {
  readonly #sql: HotSql;

  constructor(sql: HotSql) {
    this.#sql = sql;
  }

  async appidOf(id: string): Promise<string | undefined> {
    const [row] = await this.#sql.query<{ appid: string }>(APPID_OF_BROADCAST, [id]);
    return row?.appid;
  }
}
