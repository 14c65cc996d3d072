import { isOpenid } from '../../http/batch-items.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import type { Openid } from '../../kernel/ids.js';

const MOST_TO_TAG = 10_000;
const SHOWN_FAULTS = 20;

/** Each once. Refuses the whole list where one of it is no openid. */
export function openidsToTag(given: readonly unknown[]): Openid[] {
  if (given.length === 0)
    throw new DomainError(
      'unprocessable',
      'openids_empty',
      both('openid 列表为空，请至少填写一个。', 'the list of openids is empty: name at least one'),
    );
  if (given.length > MOST_TO_TAG)
    throw new DomainError(
      'too-large',
      'openids_too_many',
      both(
        `一次最多 ${MOST_TO_TAG} 个 openid，请分几次。`,
        `a list has at most ${MOST_TO_TAG} openids: split it`,
        { most: MOST_TO_TAG },
      ),
    );
  const strangers = given.flatMap((each, index) => (isOpenid(each) ? [] : [index]));
  if (strangers.length > 0)
    throw new DomainError(
      'invalid',
      'openids_invalid',
      both(
        `${given.length} 个 openid 中有 ${strangers.length} 个格式不对（列出前 ${SHOWN_FAULTS} 个），没有改动任何人，请更正后重试。`,
        `${strangers.length} of ${given.length} openids are malformed; the first ${SHOWN_FAULTS} are listed, nobody was changed`,
        { given: given.length, malformed: strangers.length },
      ),
      {
        errors: strangers.slice(0, SHOWN_FAULTS).map(malformedAt),
        details: { invalidCount: strangers.length },
      },
    );
  return [...new Set(given.filter(isOpenid))];
}

/** The value itself stays out of the answer: it may be anything, and long. */
const malformedAt = (index: number): FieldFault => ({
  path: `openids[${index}]`,
  code: 'openid_invalid',
  message: both(
    'openid 由 1 至 64 个字母、数字、"_" 或 "-" 组成。',
    'an openid is 1 to 64 letters, digits, "_" or "-"',
  ),
});
