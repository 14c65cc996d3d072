import { Injectable } from '@nestjs/common';
import { HotSql } from '../../database/hot-sql.js';
import { LIFT_OUTDATED } from '../record/follower.statements.js';

interface Person {
  readonly accountId: number;
  readonly openid: string;
}

/** Suppressions for a block that ended when the person subscribed again. */
@Injectable()
export class OutdatedSuppressions {
  readonly #hot: HotSql;

  constructor(hot: HotSql) {
    this.#hot = hot;
  }

  /**
   * Call it for people of whom a block or a subscription has just been committed. Both sides call it after their
   * commit: the one that commits last sees the other, so the later event counts in any order of arrival.
   */
  async lift(people: readonly Person[]): Promise<void> {
    if (people.length === 0) return;
    await this.#hot.query(LIFT_OUTDATED, [
      people.map(({ accountId }) => accountId),
      people.map(({ openid }) => openid),
    ]);
  }
}
