import { IsOptional, IsString, MaxLength } from 'class-validator';
import { QuotaClearingsView } from '../accounts/clearings-view.js';
import { QuotaView } from './quota.dto.js';

export class ClearQuotaDto {
  /** The appid once more: whoever sends it means it. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  confirm?: string;
}

/** What is left after a clearing. */
export class QuotaClearedView {
  readonly clearings!: QuotaClearingsView;
  /** The quota of the channel that the account's broadcasts live by, as WeChat says it now. */
  readonly quota!: QuotaView;
}
