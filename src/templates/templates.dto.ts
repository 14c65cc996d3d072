import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { NOBODY } from '../access/can.js';
import { CanView } from '../access/can-view.js';
import { callerNow } from '../access/caller.js';
import { type TemplateAction, templateCan } from './template-can.js';
import { expects } from '../http/rule-words.js';
import { PageQuery } from '../http/cursor.js';
import { NoticeView, WarningView } from '../http/warning-view.js';

import type { FieldType } from './field-rules.js';
import {
  type GrantKind,
  type Template,
  TEMPLATE_FAMILIES,
  type TemplateFamily,
} from './template.js';

export class TemplatesQuery extends PageQuery {
  @IsOptional()
  @Matches(
    /^[\x21-\x7e]{1,128}$/,
    expects(
      '应为上一页返回的 `next`（一个模板 ID）',
      'expected a template id: `next` of the page before',
    ),
  )
  declare after?: string;

  /** Only those of one of WeChat's lists. */
  @ApiPropertyOptional({ enum: TEMPLATE_FAMILIES })
  @IsOptional()
  @IsIn(TEMPLATE_FAMILIES)
  family?: TemplateFamily;
}

/** Something in braces that is no mark, so that nobody can say whether WeChat fills it. */
export class UnreadMarkView {
  /** As it stands in the content, at most 64 characters of it. */
  mark!: string;
  /** The name it seems to have, under which a value may be given; null where it has none. */
  name!: string | null;
}

/** One `{{name.DATA}}` of a template. */
export class TemplateFieldView {
  name!: string;
  /** `text` takes anything; the others are WeChat's types, known by the prefix of the name. */
  type!: FieldType;
  /** The most characters (code points) of a value; null where WeChat names no limit. */
  limit!: number | null;
  /** The only values that WeChat takes; null where it lists none. */
  values!: string[] | null;
  /** What stands before the field on its line. */
  label!: string;
  /** False for `first` and `remark`, which may be left out; `uncertain` where nobody has published it. */
  @ApiProperty({ oneOf: [{ type: 'boolean' }, { type: 'string', enum: ['uncertain'] }] })
  shown!: boolean | 'uncertain';
  /** Why it is not, or perhaps not, shown. */
  reason!: NoticeView | null;
}

/** What the caller can do with a template now. */
export class TemplateCanView implements Record<TemplateAction, CanView> {
  compose!: CanView;
  test!: CanView;
  send!: CanView;
}

export class TemplateView {
  templateId!: string;
  /** `private` for the channel `template`, `subscription` for `subscribe` and `bizsend`. */
  @ApiProperty({ enum: TEMPLATE_FAMILIES })
  family!: TemplateFamily;
  /** How long a grant for it lasts: for one message, or until it is taken back. Null for a private one. */
  @ApiProperty({ enum: ['one_time', 'long_term'], nullable: true })
  grantKind!: GrantKind | null;
  title!: string;
  /** With a mark such as `{{thing1.DATA}}` for each field. */
  content!: string;
  example!: string;
  primaryIndustry!: string;
  deputyIndustry!: string;
  fields!: TemplateFieldView[];
  /** What the content has in braces beside them, and is no mark. */
  unread!: UnreadMarkView[];
  /** When a sync last found it new or changed. */
  changedAt!: Date;
  /** When a sync first found it, which is no change; null where that was before this was noted. */
  firstReadAt!: Date | null;
  /** When a sync found that WeChat has it no more; such a one can no longer be sent. */
  removedAt!: Date | null;
  can!: TemplateCanView;
}

/** A list that WeChat did not give; what is stored of it stays as it was. */
export class UnreadListView extends NoticeView {
  @ApiProperty({ enum: TEMPLATE_FAMILIES })
  family!: TemplateFamily;
  /** Both languages in one, for scripts. */
  message!: string;
}

/** Template ids by what the sync found; one that came back counts as added. */
export class TemplateSyncView {
  added!: string[];
  changed!: string[];
  removed!: string[];
  notRead!: UnreadListView[];
  /** What somebody should look at: `looks_like_test_account`. */
  warnings!: WarningView[];
}

export class TemplatePageView {
  items!: TemplateView[];
  next!: string | null;
}

export const toTemplateView = (
  appid: string,
  { fields, unread, ...template }: Template,
): TemplateView => ({
  ...template,
  can: templateCan(callerNow() ?? NOBODY, appid, template),
  fields: fields.map((field) => ({ ...field, values: field.values && [...field.values] })),
  unread: [...unread],
});
