import { IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../http/cursor.js';
import type { FieldType } from './field-rules.js';
import type { Template } from './template.js';

export class TemplatesQuery extends PageQuery {
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,128}$/, { message: 'expected a template id: `next` of the page before' })
  declare after?: string;
}

/** One `{{name.DATA}}` of a template. */
export class TemplateFieldView {
  name!: string;
  /** `text` takes anything; the others are WeChat's types, known by the prefix of the name. */
  type!: FieldType;
  /** The most characters (code points) of a value; null where WeChat names no limit. */
  limit!: number | null;
  /** What stands before the field on its line. */
  label!: string;
  /** False for `first` and `remark`, which WeChat no longer shows: they may be left out. */
  shown!: boolean;
}

export class TemplateView {
  templateId!: string;
  title!: string;
  /** With a mark such as `{{thing1.DATA}}` for each field. */
  content!: string;
  example!: string;
  primaryIndustry!: string;
  deputyIndustry!: string;
  fields!: TemplateFieldView[];
  /** When a sync last found it new or changed. */
  changedAt!: Date;
  /** When a sync found that WeChat has it no more; such a one can no longer be sent. */
  removedAt!: Date | null;
}

/** Template ids by what the sync found; one that came back counts as added. */
export class TemplateSyncView {
  added!: string[];
  changed!: string[];
  removed!: string[];
}

export class TemplatePageView {
  items!: TemplateView[];
  next!: string | null;
}

export const toTemplateView = ({ fields, ...template }: Template): TemplateView => ({
  ...template,
  fields: [...fields],
});
