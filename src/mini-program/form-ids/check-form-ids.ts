import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import {
  AN_INSTANT,
  type Checked,
  checkedItems,
  faulty,
  firstOfEach,
  instantOf,
  isObject,
  isOpenid,
  itemsOf,
  memberFault,
  NO_OBJECT,
  NO_OPENID,
} from '../../http/batch-items.js';
import { FORM_ID_LIFE_MS } from './form-id-life.js';
import type { FormIdKind } from '../record/mini-program.tables.js';

/** A form_id that may be kept. */
export interface CollectedFormId {
  readonly openid: string;
  readonly formId: string;
  readonly kind: FormIdKind;
  readonly collectedAt: Date;
}

export interface CheckedFormIds {
  /** Each form_id once, the first mention of it. */
  readonly items: readonly CollectedFormId[];
  readonly duplicates: number;
  readonly expired: number;
}

const MAX_ITEMS = 10_000;
const MEMBERS: ReadonlySet<string> = new Set(['openid', 'formId', 'kind', 'collectedAt']);
const FORM_ID_PATTERN = /^[A-Za-z0-9_-]{1,128}$/;
/** Text that a mini program without a check sends where a value was missing. */
const NOTHINGS: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN', 'true', 'false']);
/** A phone's clock may be ahead by so much; we then take its time for now. */
const AHEAD_MS = 5 * 60_000;

/**
 * Reads form_ids from a body: one item, a list of them, or `{ items }`. One fault refuses the whole body; the error
 * lists the first hundred by their index. Expired form_ids are no fault: they are left out and counted.
 */
export function checkFormIds(body: unknown, now: Date): CheckedFormIds {
  const given = itemsOf(body, '{ openid, formId, kind, collectedAt? }');
  if (given.length === 0)
    throw new DomainError(
      'unprocessable',
      'form_ids_empty',
      both(
        '请求中没有 form_id，请至少提供一个。',
        'there is no form_id in the request: name at least one',
      ),
    );
  if (given.length > MAX_ITEMS)
    throw new DomainError(
      'too-large',
      'form_ids_too_many',
      both(
        `一次提交了 ${given.length} 个 form_id，上限为 ${MAX_ITEMS} 个，请分批提交。`,
        `${given.length} form_ids at once, where ${MAX_ITEMS} are taken: send them in several requests`,
        { given: given.length, most: MAX_ITEMS },
      ),
    );

  const collected = checkedItems(given, (item) => checkItem(item, now), {
    code: 'form_ids_refused',
    text: (refused, listed) =>
      both(
        `${given.length} 个 form_id 中有 ${refused} 个有误（列出前 ${listed} 个），全部未保存，请更正后重新提交。`,
        `${refused} of ${given.length} form_ids are refused; the first ${listed} are listed, nothing was kept: correct them and send all again`,
        { given: given.length, refused, listed },
      ),
  });
  const oldest = now.getTime() - FORM_ID_LIFE_MS;
  const live = collected.filter(({ collectedAt }) => collectedAt.getTime() > oldest);
  const items = firstOfEach(live, ({ formId }) => formId);
  return {
    items,
    duplicates: live.length - items.length,
    expired: collected.length - live.length,
  };
}

function checkItem(item: unknown, now: Date): Checked<CollectedFormId> {
  if (!isObject(item)) return NO_OBJECT;
  const odd = memberFault(item, MEMBERS, ['openid', 'formId', 'kind']);
  if (odd !== undefined) return odd;
  const { openid, formId, kind, collectedAt } = item;
  if (!isOpenid(openid)) return NO_OPENID;
  if (typeof formId === 'string' && /mock/i.test(formId))
    return faulty(
      'formId',
      'form_id_mock',
      both(
        '这是开发者工具生成的假 form_id，请用真机获取。',
        'the developer tool makes these up: use a real phone',
      ),
    );
  if (typeof formId !== 'string' || !FORM_ID_PATTERN.test(formId) || NOTHINGS.has(formId))
    return faulty(
      'formId',
      'form_id_invalid',
      both(
        'formId 由 1 至 128 个字母、数字、"_" 或 "-" 组成，请原样填写提交事件或支付返回的值。',
        'a formId is 1 to 128 letters, digits, "_" or "-", as the submit event or the payment told it',
      ),
    );
  if (kind !== 'form' && kind !== 'prepay')
    return faulty(
      'kind',
      'kind_invalid',
      both('kind 应为 "form" 或 "prepay"。', 'the kind is "form" or "prepay"'),
    );
  const at = collectedAt === undefined ? now : instantOf(collectedAt);
  if (at === undefined) return faulty('collectedAt', 'collected_at_invalid', AN_INSTANT);
  if (at.getTime() > now.getTime() + AHEAD_MS)
    return faulty(
      'collectedAt',
      'collected_at_ahead',
      both('时间在将来，请检查手机时钟。', 'it lies in the future: check the clock'),
    );
  return { openid, formId, kind, collectedAt: at > now ? now : at };
}
