import type { Notice } from '../kernel/warning.js';
import type { UnreadMark } from './field-marks.js';
import type { FieldType } from './field-rules.js';

export const TEMPLATE_FAMILIES = ['private', 'subscription'] as const;
/** Which of WeChat's lists a template is from: that of template messages, or that of subscription messages. */
export type TemplateFamily = (typeof TEMPLATE_FAMILIES)[number];

/** How long a grant for a subscription template lasts: for one message, or until it is taken back. */
export type GrantKind = 'one_time' | 'long_term';

/** A template of an account, as WeChat last listed it. */
export interface Template {
  readonly templateId: string;
  readonly family: TemplateFamily;
  /** Null for a private one, which needs no grant, and where WeChat does not say. */
  readonly grantKind: GrantKind | null;
  readonly title: string;
  /** WeChat's text, with a mark such as `{{thing1.DATA}}` for each field. */
  readonly content: string;
  readonly example: string;
  readonly primaryIndustry: string;
  readonly deputyIndustry: string;
  /** In the order of their marks. */
  readonly fields: readonly TemplateField[];
  /** Texts in braces that are no marks: nobody knows whether WeChat fills them. */
  readonly unread: readonly UnreadMark[];
  /** When a sync last found the template changed, or new. */
  readonly changedAt: Date;
  /** When a sync first found it; null where that was before this was noted. */
  readonly firstReadAt: Date | null;
  /** Set once WeChat no longer lists it: broadcasts on record still show it, new ones cannot use it. */
  readonly removedAt: Date | null;
}

/** One `{{name.DATA}}` of a template. */
export interface TemplateField {
  readonly name: string;
  readonly type: FieldType;
  /** The most characters (code points) that any value may have; null where WeChat names no limit. */
  readonly limit: number | null;
  /** The only values that WeChat takes; null where it lists none. */
  readonly values: readonly string[] | null;
  /** What stands before the mark on its line, without the colon; empty where there is nothing. */
  readonly label: string;
  /** False for `first` and `remark`, which may be left out; `uncertain` where nobody has published it. */
  readonly shown: boolean | 'uncertain';
  /** Why it is not, or perhaps not, shown. */
  readonly reason: Notice | null;
}
