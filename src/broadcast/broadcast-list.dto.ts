import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { PageQuery } from '../http/cursor.js';
import { SHOWN_STATES, type ShownState } from './shown-state.js';
import { PRINTABLE_ASCII } from './broadcast-rules.js';

export const PURPOSES = ['broadcast', 'test', 'single'] as const;
export type Purpose = (typeof PURPOSES)[number];

export class BroadcastListQuery extends PageQuery {
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, { message: 'appid must be printable ASCII' })
  appid?: string;

  @IsOptional()
  @IsIn(SHOWN_STATES)
  state?: ShownState;

  /** Test and single messages are left out unless asked for. */
  @IsOptional()
  @IsIn(PURPOSES)
  purpose: Purpose = 'broadcast';
}
