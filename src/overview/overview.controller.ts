import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../access/needs.decorator.js';
import { Operation } from '../http/openapi/operation.decorator.js';
import { OverviewQuery, type OverviewView } from './overview.dto.js';
import { Overview } from './overview.js';

@ApiTags('broadcasts')
@Controller('v1/overview')
@Needs('broadcast.read')
export class OverviewController {
  readonly #overview: Overview;

  constructor(overview: Overview) {
    this.#overview = overview;
  }

  /**
   * Shows what waits for a person, what is under way, and how the day goes. Of the caller's accounts, a page of them at
   * a time, those in trouble first. The day is WeChat's, as the quota counts it; sandbox accounts are left out.
   */
  @Operation('getOverview', { 400: ['cursor_invalid'] })
  @Get()
  show(@Query() { after, limit }: OverviewQuery): Promise<OverviewView> {
    return this.#overview.of(after, limit);
  }
}
