import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { PageQuery } from '../../http/cursor.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import type { FormIdCounts, FormIdStock } from './form-id.repository.js';

/** One form_id, as the mini program collected it. Each is checked by `checkFormIds`, which names it by its index. */
export class FormIdDto {
  /** Of whoever submitted the form, or paid. */
  openid!: string;
  /** What the form's submit event told, or the prepay_id of a payment. */
  formId!: string;
  /** A `form` sends once, a `prepay` three times. */
  kind!: 'form' | 'prepay';
  /** Seven days from here it is worth nothing. Left out: now. */
  @ApiPropertyOptional({ format: 'date-time' })
  collectedAt?: string;
}

export class FormIdListDto {
  /** Up to 10,000. */
  items!: FormIdDto[];
}

export class FormIdsStoredView {
  /** How many are new, and kept. */
  stored!: number;
  /** How many we had already, or were named twice: they count once. */
  duplicates!: number;
  /** How many are older than seven days, and were left out. */
  expired!: number;
}

export class FormIdsQuery extends PageQuery {
  @IsOptional()
  @Matches(
    OPENID_PATTERN,
    expects(
      '应为上一页返回的 `next`（一个 openid）',
      'expected an openid: `next` of the page before',
    ),
  )
  declare after?: string;
}

/** What can be sent to somebody now. */
export class FormIdCountsView {
  openid!: string;
  /** Messages that can still be sent: one for each form, up to three for each prepay. */
  live!: number;
  forms!: number;
  prepayUses!: number;
  /** When the next of them expires; null where there is none. */
  nextExpiryAt!: Date | null;
}

export class FormIdStockView extends FormIdCountsView {
  /** With deliveries that are being sent. */
  held!: number;
  /** Accepted by WeChat in these days. */
  spent!: number;
  /** Refused by WeChat (41028, 41029, 41031) in these days. */
  dropped!: number;
  expired!: number;
}

export class FormIdPageView {
  items!: FormIdCountsView[];
  next!: string | null;
}

const countsOf = ({ openid, forms, prepayUses, nextExpiryAt }: FormIdCounts) => ({
  openid,
  live: forms + prepayUses,
  forms,
  prepayUses,
  nextExpiryAt,
});

export const toFormIdCountsView = (counts: FormIdCounts): FormIdCountsView => countsOf(counts);

export const toFormIdStockView = (stock: FormIdStock): FormIdStockView => ({
  ...countsOf(stock),
  held: stock.held,
  spent: stock.spent,
  dropped: stock.dropped,
  expired: stock.expired,
});
