import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Openid } from '../../kernel/ids.js';
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

/** A grant that another system tells of: somebody allows so many messages of a template. */
export interface ToldGrant {
  readonly openid: Openid;
  readonly templateId: string;
  /** Whole seconds, as in WeChat's pushes: a grant that both tell of counts once. */
  readonly at: Date;
  readonly times: number;
}

export interface CheckedGrants {
  /** Each openid, template and second once, the first mention of it. */
  readonly items: readonly ToldGrant[];
  readonly duplicates: number;
}

const MAX_ITEMS = 10_000;
const MAX_TIMES = 1_000;
const MEMBERS: ReadonlySet<string> = new Set(['openid', 'templateId', 'at', 'count']);
const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const DAY_MS = 24 * 60 * 60_000;
/**
 * How long we remember an acceptance, so that it counts once however often it is told. No push comes later than that.
 */
export const ACCEPTANCES_KEPT_DAYS = 30;
/** A day less: an acceptance that we have forgotten would count a second time. */
const LONGEST_AGO_MS = (ACCEPTANCES_KEPT_DAYS - 1) * DAY_MS;
/** Another server's clock may be ahead by so much; we then take its time for now. */
const AHEAD_MS = 5 * 60_000;

/**
 * Reads grants from a body: one item, a list of them, or `{ items }`. One fault refuses the whole body; the error lists
 * the first hundred by their index.
 */
export function checkGrants(body: unknown, now: Date): CheckedGrants {
  const given = itemsOf(body, '{ openid, templateId, at, count? }');
  if (given.length === 0)
    throw new DomainError(
      'unprocessable',
      'grants_empty',
      both(
        '请求中没有授权记录，请至少提供一条。',
        'there is no grant in the request: name at least one',
      ),
    );
  if (given.length > MAX_ITEMS)
    throw new DomainError(
      'too-large',
      'grants_too_many',
      both(
        `一次提交了 ${given.length} 条授权，上限为 ${MAX_ITEMS} 条，请分批提交。`,
        `${given.length} grants at once, where ${MAX_ITEMS} are taken: send them in several requests`,
        { given: given.length, most: MAX_ITEMS },
      ),
    );

  const told = checkedItems(given, (item) => checkItem(item, now), {
    code: 'grants_refused',
    text: (refused, listed) =>
      both(
        `${given.length} 条授权中有 ${refused} 条有误（列出前 ${listed} 条），全部未保存，请更正后重新提交。`,
        `${refused} of ${given.length} grants are refused; the first ${listed} are listed, nothing was kept: correct them and send all again`,
        { given: given.length, refused, listed },
      ),
  });
  const items = firstOfEach(
    told,
    ({ openid, templateId, at }) => `${openid}:${templateId}:${at.getTime()}`,
  );
  return { items, duplicates: told.length - items.length };
}

function checkItem(item: unknown, now: Date): Checked<ToldGrant> {
  if (!isObject(item)) return NO_OBJECT;
  const odd = memberFault(item, MEMBERS, ['openid', 'templateId']);
  if (odd !== undefined) return odd;
  const { openid, templateId, at: told, count: times = 1 } = item;
  if (!isOpenid(openid)) return NO_OPENID;
  if (typeof templateId !== 'string' || !TEMPLATE_ID.test(templateId))
    return faulty(
      'templateId',
      'template_id_invalid',
      both(
        '模板 ID 由 1 至 128 个字母、数字、"_" 或 "-" 组成。',
        'a template id is 1 to 128 letters, digits, "_" or "-"',
      ),
    );
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > MAX_TIMES)
    return faulty(
      'count',
      'count_invalid',
      both(`应为 1 至 ${MAX_TIMES} 的整数。`, `expected a whole number from 1 to ${MAX_TIMES}`, {
        most: MAX_TIMES,
      }),
    );
  if (told === undefined)
    return faulty(
      'at',
      'at_required',
      both(
        '请填写授权时间：同一条授权重复提交时只计一次。',
        'say when it was granted: told again, it counts once',
      ),
    );
  const at = instantOf(told);
  if (at === undefined) return faulty('at', 'at_invalid', AN_INSTANT);
  if (at.getTime() > now.getTime() + AHEAD_MS)
    return faulty(
      'at',
      'at_ahead',
      both('时间在将来，请检查系统时钟。', 'it lies in the future: check the clock'),
    );
  if (at.getTime() < now.getTime() - LONGEST_AGO_MS)
    return faulty(
      'at',
      'at_too_old',
      both(
        `已超过 ${ACCEPTANCES_KEPT_DAYS - 1} 天，每次提交都会重复计数：授权不会过期，请改填导出数据的时间。`,
        `it is over ${ACCEPTANCES_KEPT_DAYS - 1} days old, and would count anew each time: name the time of your export, for a grant does not age`,
        { most: ACCEPTANCES_KEPT_DAYS - 1 },
      ),
    );
  return { openid, templateId, at: wholeSecond(at > now ? now : at), times };
}

const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1_000) * 1_000);
