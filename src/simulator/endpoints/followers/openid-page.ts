import type { Account } from '../../accounts/account.js';
import { ok, refused, type Answer } from '../../dispatch/answer.js';

type Page = {
  readonly after: string;
  readonly limit: number;
  /** Some lists of WeChat have no total. */
  readonly total?: number;
  readonly includes?: (follower: number) => boolean;
};

/** Answers one page of openids, and ends the list in the way that the settings say. */
export const openidPage = (account: Account, { after, limit, total, includes }: Page): Answer => {
  const { followers } = account;
  const previous = after === '' ? undefined : followers.find(after);
  if (after !== '' && previous === undefined) return refused(40003);
  const page = followers.listFrom(previous === undefined ? 0 : previous + 1, limit, includes);
  const openids = page.map((follower) => followers.openid(follower));
  const head = total === undefined ? {} : { total };
  if (openids.length === 0)
    return ok({ ...head, count: 0, ...emptyData(account), next_openid: '' });
  return ok({
    ...head,
    count: openids.length,
    data: { openid: openids },
    next_openid: openids.at(-1),
  });
};

function emptyData({ settings }: Account): object {
  switch (settings.lists.end) {
    case 'no_data':
      return {};
    case 'empty_data':
      return { data: { openid: [] } };
    case 'empty_string':
      return { data: { openid: [''] } };
  }
}
