import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { AccountScopes } from '../../accounts/account-scopes.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { BroadcastCounts } from './broadcast-counts.js';
import { type BroadcastCountsView, BroadcastsOfAccountQuery } from './broadcast-counts.dto.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts')
@Needs('broadcast.read')
export class BroadcastPagesController {
  readonly #counts: BroadcastCounts;
  readonly #scopes: AccountScopes;

  constructor(counts: BroadcastCounts, scopes: AccountScopes) {
    this.#counts = counts;
    this.#scopes = scopes;
  }

  /** How many broadcasts there are of each shown state. For the buttons of a list: tests and single messages do not count, and nobody counts further than 10,000. */
  @Get('counts')
  @Operation('countBroadcasts')
  async count(
    @Query() { appid, archived }: BroadcastsOfAccountQuery,
  ): Promise<BroadcastCountsView> {
    const scope = await this.#scopes.of('broadcast.read', appid);
    return { counts: await this.#counts.of(scope, archived) };
  }
}
