import { Injectable } from '@nestjs/common';
import { HotSql } from '../../database/hot-sql.js';
import { LIFT_OUTDATED } from '../record/follower.statements.js';

interface Person {
  readonly accountId: number;
  readonly openid: string;
}

/** Ends what a follower's coming back has overtaken. */
@Injectable()
export class FollowerSuppressions {
  readonly #hot: HotSql;

  constructor(hot: HotSql) {
    this.#hot = hot;
  }

  /**
   * For those of whom a block or a subscription has just been committed. Either side runs it after its commit:
   * whichever commits last sees the other, so that in any order of arrival the later of the two counts.
   */
  async liftOutdated(people: readonly Person[]): Promise<void> {
    if (people.length === 0) return;
    await this.#hot.query(LIFT_OUTDATED, [
      people.map(({ accountId }) => accountId),
      people.map(({ openid }) => openid),
    ]);
  }
}
