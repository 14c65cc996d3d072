import type { Account } from '../../accounts/account.js';
import { done, ok, refused } from '../../dispatch/answer.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { openidPage } from './openid-page.js';

const PAGE_SIZE = 10_000;
const MAX_BATCH = 100;
const MAX_REMARK_LENGTH = 30;
const FIRST_FOLLOWED_AT = Date.UTC(2024, 0, 1) / 1000;

/** user/get and user/info. */
export const followerEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/cgi-bin/user/get',
    kinds: SERVICE_ONLY,
    answer: ({ query }, account) => {
      const after = query.get('next_openid');
      if (after === '' && account.settings.lists.refuseEmptyNextOpenid) return refused(40003);
      const page = openidPage(account, {
        after: after ?? '',
        limit: PAGE_SIZE,
        total: account.followers.total,
      });
      account.changes.pageServed();
      return page;
    },
  },
  {
    method: 'GET',
    path: '/cgi-bin/user/info',
    kinds: SERVICE_ONLY,
    answer: ({ query }, account) => {
      const info = userInfo(account, query.get('openid'));
      return info ? ok(info) : refused(40003);
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/user/info/batchget',
    kinds: SERVICE_ONLY,
    answer: ({ fields }, account) => {
      if (!fields) return refused(47001);
      const users: unknown = fields['user_list'];
      if (!Array.isArray(users) || users.length === 0 || users.length > MAX_BATCH)
        return refused(40032);
      const infos = users.map((user: { openid?: unknown } | null) =>
        userInfo(account, user?.openid),
      );
      return infos.every((info) => info !== undefined)
        ? ok({ user_info_list: infos })
        : refused(40003);
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/user/info/updateremark',
    kinds: SERVICE_ONLY,
    answer: (call, { followers, remarks }) => {
      if (!call.fields) return refused(47001);
      const follower = followers.find(call.text('openid'));
      if (follower === undefined) return refused(40003);
      const remark = call.text('remark');
      if ([...remark].length > MAX_REMARK_LENGTH) return refused(40097);
      remarks.set(follower, remark);
      return done;
    },
  },
];

function userInfo({ followers, remarks, tags }: Account, openid: unknown): object | undefined {
  const follower = typeof openid === 'string' ? followers.find(openid) : undefined;
  if (follower === undefined) return undefined;
  // WeChat tells only the openid of someone who has left.
  if (!followers.follows(follower)) return { subscribe: 0, openid };
  return {
    subscribe: 1,
    openid,
    subscribe_time: FIRST_FOLLOWED_AT + follower,
    remark: remarks.get(follower) ?? '',
    groupid: 0,
    tagid_list: tags.tagIdsOf(follower),
    subscribe_scene: 'ADD_SCENE_QR_CODE',
    qr_scene: 0,
    qr_scene_str: '',
    language: '',
  };
}
