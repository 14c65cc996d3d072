import { Injectable } from '@nestjs/common';
import type { AccountScope } from '../accounts/account-scopes.js';
import { BroadcastList } from '../broadcast/progress/broadcast-list.js';
import { WarnedBroadcasts } from '../broadcast/progress/warned-broadcasts.js';

const SHOWN = 20;

/** The newest broadcasts that run. */
@Injectable()
export class UnderWay {
  readonly #list: BroadcastList;
  readonly #broadcasts: WarnedBroadcasts;

  constructor(list: BroadcastList, broadcasts: WarnedBroadcasts) {
    this.#list = list;
    this.#broadcasts = broadcasts;
  }

  async rowsOf(scope: AccountScope): Promise<object[]> {
    return this.#broadcasts.rowsOf(await this.#list.running(scope, SHOWN), ['can']);
  }
}
