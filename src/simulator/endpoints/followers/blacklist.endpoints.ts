import { done, refused } from '../../dispatch/answer.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { followersInList } from './openid-list.js';
import { openidPage } from './openid-page.js';

const MAX_OPENIDS = 20;

/** tags/members/*blacklist: the blacklist of an account. */
export const blacklistEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/tags/members/getblacklist',
    kinds: SERVICE_ONLY,
    answer: (call, account) =>
      openidPage(account, {
        after: call.text('begin_openid'),
        limit: account.settings.lists.blacklistPage,
        total: account.blacklist.size,
        includes: (follower) => account.blacklist.has(follower),
      }),
  },
  ...(['batchblacklist', 'batchunblacklist'] as const).map((name): Endpoint => ({
    method: 'POST',
    path: `/cgi-bin/tags/members/${name}`,
    kinds: SERVICE_ONLY,
    answer: (call, account) => {
      if (!call.fields) return refused(47001);
      const members = followersInList(call, account, MAX_OPENIDS);
      if (typeof members === 'number') return refused(members);
      for (const follower of members) {
        if (name === 'batchblacklist') account.blacklist.add(follower);
        else account.blacklist.delete(follower);
      }
      return done;
    },
  })),
];
