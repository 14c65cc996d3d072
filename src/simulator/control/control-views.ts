import type { Account } from '../accounts/account.js';
import { natureOf } from '../followers/population.js';

/** The settings of an account and the ids of its templates. Its secrets are not real, so they are shown. */
export const accountView = ({
  settings,
  followers,
  templates,
  subscriptionTemplates,
}: Account) => ({
  ...settings,
  followersNow: followers.total,
  templates: templates.list().map(({ templateId, title }) => ({ templateId, title })),
  subscriptionTemplates: subscriptionTemplates
    .list()
    .map(({ templateId, title, type }) => ({ templateId, title, type })),
});

/** Followers by number, with the nature of each. */
export const followerPage = ({ followers, settings }: Account, from: number, limit: number) => ({
  total: followers.total,
  items: Array.from(
    { length: Math.max(0, Math.min(limit, followers.everFollowed - from)) },
    (_, offset) => {
      const index = from + offset;
      const nature = natureOf(index, settings.population);
      return { index, openid: followers.openid(index), nature, follows: followers.follows(index) };
    },
  ),
});

/** The resources that this process has used so far. Benchmarks subtract two of these. */
export const resourceUse = () => {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() };
};
