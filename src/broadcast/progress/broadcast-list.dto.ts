import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { PageQuery } from '../../http/cursor.js';
import { SHOWN_STATES, type ShownState } from './shown-state.js';
import { PRINTABLE_ASCII } from '../../http/member-rules.js';

export const PURPOSES = ['broadcast', 'test', 'single'] as const;
export type Purpose = (typeof PURPOSES)[number];

export class BroadcastListQuery extends PageQuery {
  /** Only those of this account. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, expects('只能含可打印的 ASCII 字符', 'appid must be printable ASCII'))
  appid?: string;

  /** Only those in this state. */
  @IsOptional()
  @IsIn(SHOWN_STATES)
  state?: ShownState;

  /** Test and single messages are left out unless asked for. */
  @IsOptional()
  @IsIn(PURPOSES)
  purpose: Purpose = 'broadcast';
}
