import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import { type Openid, OPENID_PATTERN } from '../kernel/ids.js';
import { instantOf, isObject, itemsOf } from './batch-items.js';
import { ACCEPTANCES_KEPT_DAYS } from './acceptance-life.js';

/** Somebody's leave for so many messages of a template. */
export interface ToldGrant {
  readonly openid: Openid;
  readonly templateId: string;
  /** Whole seconds, as WeChat's pushes have them: told both ways it counts once. */
  readonly at: Date;
  readonly times: number;
}

export interface CheckedGrants {
  /** Each openid, template and second once, the first mention of it. */
  readonly items: readonly ToldGrant[];
  readonly duplicates: number;
}

const MOST = 10_000;
const MOST_TIMES = 1_000;
const SHOWN_FAULTS = 100;
const MEMBERS: ReadonlySet<string> = new Set(['openid', 'templateId', 'at', 'count']);
const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const DAY_MS = 24 * 60 * 60_000;
/** A day less than acceptances are remembered: what has been forgotten would count a second time. */
const LONGEST_AGO_MS = (ACCEPTANCES_KEPT_DAYS - 1) * DAY_MS;
/** Another server's clock may be ahead by so much; it is then taken for now. */
const AHEAD_MS = 5 * 60_000;

/**
 * Reads what was granted: one item, a list of them, or `{ items }`. Refuses the whole with every fault by its index
 * (the first hundred), so that nothing half is ever kept.
 */
export function checkGrants(body: unknown, now: Date): CheckedGrants {
  const given = itemsOf(body, '{ openid, templateId, at, count? }');
  if (given.length === 0)
    throw new DomainError('unprocessable', 'grants_empty', 'there is no grant in the request');
  if (given.length > MOST)
    throw new DomainError(
      'too-large',
      'grants_too_many',
      `${given.length} grants at once, where ${MOST} are taken: send them in several requests`,
    );

  const items = new Map<string, ToldGrant>();
  const faults: FieldFault[] = [];
  let refused = 0;
  for (const [index, item] of given.entries()) {
    const checked = checkItem(item, now);
    if ('fault' in checked) {
      const { path, code, message } = checked.fault;
      if (++refused <= SHOWN_FAULTS)
        faults.push({ path: `items[${index}]${path && `.${path}`}`, code, message });
      continue;
    }
    const name = `${checked.openid}:${checked.templateId}:${checked.at.getTime()}`;
    if (!items.has(name)) items.set(name, checked);
  }
  if (refused > 0)
    throw new DomainError(
      'unprocessable',
      'grants_refused',
      `${refused} of ${given.length} grants are refused; the first ${faults.length} are listed, nothing was kept`,
      { errors: faults, details: { refusedCount: refused } },
    );
  return { items: [...items.values()], duplicates: given.length - items.size };
}

type Checked = ToldGrant | { readonly fault: FieldFault };

const fault = (path: string, code: string, message: string): Checked => ({
  fault: { path, code, message },
});

/** The values themselves stay out of the answer: they may be anything, and long. */
function checkItem(item: unknown, now: Date): Checked {
  if (!isObject(item)) return fault('', 'item_invalid', 'an item is an object');
  if (Object.keys(item).some((member) => !MEMBERS.has(member)))
    return fault('', 'unknown_field', `an item has ${[...MEMBERS].join(', ')}, nothing else`);
  const { openid, templateId, at: told, count: times = 1 } = item;
  if (typeof openid !== 'string' || !OPENID_PATTERN.test(openid))
    return fault('openid', 'openid_invalid', 'an openid is 1 to 64 letters, digits, "_" or "-"');
  if (typeof templateId !== 'string' || !TEMPLATE_ID.test(templateId))
    return fault(
      'templateId',
      'template_id_invalid',
      'a template id is 1 to 128 letters, digits, "_" or "-"',
    );
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > MOST_TIMES)
    return fault('count', 'count_invalid', `expected a whole number from 1 to ${MOST_TIMES}`);
  if (told === undefined)
    return fault('at', 'at_required', 'say when it was granted: told again, it counts once');
  const at = instantOf(told);
  if (at === undefined) return fault('at', 'at_invalid', 'expected ISO 8601 with an offset');
  if (at.getTime() > now.getTime() + AHEAD_MS)
    return fault('at', 'at_ahead', 'it lies in the future: check the clock');
  if (at.getTime() < now.getTime() - LONGEST_AGO_MS)
    return fault(
      'at',
      'at_too_old',
      `it is over ${ACCEPTANCES_KEPT_DAYS - 1} days old, and would count anew each time: name the time of your export, for a grant does not age`,
    );
  return { openid, templateId, at: wholeSecond(at > now ? now : at), times };
}

const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1_000) * 1_000);
