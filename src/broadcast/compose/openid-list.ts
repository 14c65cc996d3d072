import { setImmediate as letOthersRun } from 'node:timers/promises';
import { both } from '../../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import type { CheckedOpenids } from './checked-broadcast.js';

export interface OpenidList {
  /** Each once. */
  readonly openids: readonly string[];
  /** How many were left out because they had been named already. */
  readonly duplicates: number;
}

const SHOWN_FAULTS = 20;
/** After so many openids, other requests may run. */
const AT_ONCE = 5_000;

/**
 * Refuses an empty list, and one with anything in it that is no openid: the error names the first few by their index.
 * An openid that has passed this check can be part of a job id.
 *
 * @param path where the list stands in the request
 */
export async function checkOpenids(
  given: readonly unknown[],
  path = 'audience.openids',
): Promise<OpenidList> {
  const faults: FieldFault[] = [];
  const openids = new Set<string>();
  let malformed = 0;
  for (const [index, openid] of given.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await letOthersRun();
    if (typeof openid === 'string' && OPENID_PATTERN.test(openid)) openids.add(openid);
    else if (++malformed <= SHOWN_FAULTS) faults.push(malformedAt(path, index));
  }
  if (malformed > 0) {
    throw new DomainError(
      'invalid',
      'openids_invalid',
      both(
        `${given.length} 个 openid 中有 ${malformed} 个格式不对（列出前 ${faults.length} 个），没有创建任何内容，请更正后重试。`,
        `${malformed} of ${given.length} openids are malformed; the first ${faults.length} are listed, nothing was created`,
        { given: given.length, malformed, count: faults.length },
      ),
      { errors: faults, details: { invalidCount: malformed } },
    );
  }
  if (openids.size === 0) {
    throw new DomainError(
      'unprocessable',
      'audience_empty',
      both('openid 列表为空，请至少填写一个。', 'the list of openids is empty: name at least one'),
    );
  }
  return { openids: [...openids], duplicates: given.length - openids.size };
}

/** @param path where they stand in the request */
export async function audienceOfOpenids(
  given: readonly unknown[],
  path?: string,
): Promise<CheckedOpenids> {
  const { openids, duplicates } = await checkOpenids(given, path);
  return { kind: 'openids', count: openids.length, duplicates, openids };
}

/** The value itself stays out of the answer: it may be anything, and long. */
const malformedAt = (path: string, index: number): FieldFault => ({
  path: `${path}[${index}]`,
  code: 'openid_invalid',
  message: both(
    'openid 由 1 至 64 个字母、数字、"_" 或 "-" 组成。',
    'an openid is 1 to 64 letters, digits, "_" or "-"',
  ),
});
