import type { PretendWechat } from '../platform/pretend-wechat.js';
import type { TemplateStore } from '../templates/template-store.js';
import type { Call } from '../wire/call.js';
import { SEND_PATH } from '../kernel/paths.js';
import type { ControlEndpoint } from './control-endpoint.js';
import {
  appidOf,
  countIn,
  followerOrder,
  number,
  optional,
  templateTexts,
  text,
  texts,
  truth,
} from './control-input.js';
import { accountView, followerPage } from './control-views.js';

/** Controls the accounts, their followers, templates, quotas and tokens. */
export const sceneEndpoints = (wechat: PretendWechat): ControlEndpoint[] => [
  {
    method: 'GET',
    path: '/__accounts',
    answer: () => ({ items: wechat.accounts.list().map(accountView) }),
  },
  {
    method: 'POST',
    path: '/__accounts',
    answer: ({ fields = {} }) => accountView(wechat.putAccount(fields)),
  },
  {
    method: 'GET',
    path: '/__followers',
    answer: (call) =>
      followerPage(
        wechat.account(appidOf(call)),
        countIn(call, 'from') ?? 0,
        countIn(call, 'limit') ?? 100,
      ),
  },
  {
    method: 'POST',
    path: '/__followers',
    answer: (call) => {
      const blacklist = optional(call.fields ?? {}, 'blacklist', texts);
      if (blacklist) wechat.account(appidOf(call)).addToBlacklist(blacklist);
      return wechat.moveFollowers(followerOrder(call), appidOf(call));
    },
  },
  {
    method: 'POST',
    path: '/__templates',
    answer: (call) => rewrite(wechat.account(appidOf(call)).templates, call),
  },
  {
    method: 'POST',
    path: '/__subscription-templates',
    answer: (call) => rewrite(wechat.account(appidOf(call)).subscriptionTemplates, call),
  },
  {
    method: 'POST',
    path: '/__quota',
    answer: (call) => {
      const { quotas } = wechat.account(appidOf(call));
      const path = optional(call.fields ?? {}, 'path', text) ?? SEND_PATH;
      quotas.addForeignCalls(path, optional(call.fields ?? {}, 'used', number) ?? 0);
      return quotas.report(path);
    },
  },
  {
    method: 'POST',
    path: '/__tokens/expire',
    answer: (call) => {
      const fields = call.fields ?? {};
      const errcode = optional(fields, 'errcode', number) === 40001 ? 40001 : 42001;
      wechat.expireTokens(appidOf(call), errcode, optional(fields, 'stuck', truth));
    },
  },
];

function rewrite(templates: TemplateStore, { fields = {} }: Call) {
  const replacement = optional(fields, 'replace', templateTexts);
  if (replacement) templates.replaceAll(replacement);
  templates.add(...(optional(fields, 'add', templateTexts) ?? []));
  optional(fields, 'remove', texts)?.forEach((templateId) => templates.remove(templateId));
  return { items: templates.list() };
}
