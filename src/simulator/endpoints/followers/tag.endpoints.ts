import type { Account } from '../../accounts/account.js';
import { done, ok, refused, type Answer } from '../../dispatch/answer.js';
import type { Call } from '../../wire/call.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { followersInList } from './openid-list.js';
import { openidPage } from './openid-page.js';
import type { Tag } from '../../followers/tag-store.js';

const PAGE_SIZE = 10_000;
const MAX_OPENIDS = 50;

const post = (path: string, answer: (call: Call, account: Account) => Answer): Endpoint => ({
  method: 'POST',
  path: `/cgi-bin/${path}`,
  kinds: SERVICE_ONLY,
  answer: (call, account) => (call.fields ? answer(call, account) : refused(47001)),
});

/** tags/*: the tags of an account. */
export const tagEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/cgi-bin/tags/get',
    kinds: SERVICE_ONLY,
    answer: (_call, { tags }) =>
      ok({ tags: tags.list().map((tag) => ({ ...named(tag), count: tags.count(tag) })) }),
  },
  post('tags/create', (call, { tags }) => {
    const created = tags.create(nameIn(call));
    return typeof created === 'number' ? refused(created) : ok({ tag: named(created) });
  }),
  post('tags/update', (call, { tags }) => {
    const fault = tags.rename(tagIn(call)['id'], nameIn(call));
    return fault ? refused(fault) : done;
  }),
  post('tags/delete', (call, { tags }) => {
    const fault = tags.delete(tagIn(call)['id']);
    return fault ? refused(fault) : done;
  }),
  post('user/tag/get', (call, account) => {
    const { tags } = account;
    // SDKs use both spellings.
    const tag = tags.find(call.fields?.['tagid'] ?? call.fields?.['tag_id']);
    if (!tag) return refused(45159);
    return openidPage(account, {
      after: call.text('next_openid'),
      limit: PAGE_SIZE,
      includes: (follower) => tags.hasTag(follower, tag),
    });
  }),
  post('tags/members/batchtagging', (call, account) =>
    withMembers(call, account, (tag, who) => account.tags.assign(tag, who)),
  ),
  post('tags/members/batchuntagging', (call, account) =>
    withMembers(call, account, (tag, who) => account.tags.unassign(tag, who)),
  ),
  post('tags/getidlist', (call, { followers, tags }) => {
    const follower = followers.find(call.text('openid'));
    if (follower === undefined) return refused(40003);
    return ok({ tagid_list: followers.follows(follower) ? tags.tagIdsOf(follower) : [] });
  }),
];

const named = ({ id, name }: Tag) => ({ id, name });

function tagIn(call: Call): Readonly<Record<string, unknown>> {
  const tag = call.fields?.['tag'];
  return typeof tag === 'object' && tag !== null ? (tag as Record<string, unknown>) : {};
}

function nameIn(call: Call): string {
  const { name } = tagIn(call);
  return typeof name === 'string' ? name : '';
}

function withMembers(
  call: Call,
  account: Account,
  change: (tag: Tag, who: readonly number[]) => number | undefined | void,
): Answer {
  const members = followersInList(call, account, MAX_OPENIDS);
  if (typeof members === 'number') return refused(members);
  const tag = account.tags.find(call.fields?.['tagid']);
  if (!tag) return refused(45159);
  const fault = change(tag, members);
  return fault ? refused(fault) : done;
}
