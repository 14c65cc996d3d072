import { type Can, canOf, type Doable, whyNotPermitted } from '../access/can.js';
import type { Caller } from '../access/caller.js';
import type { Notice } from '../kernel/warning.js';
import type { Template } from './template.js';

/** What may be done with a template, each with the permission that its route declares. */
export const TEMPLATE_ACTIONS = {
  compose: { permission: 'broadcast.edit', zh: '用它写发送任务', en: 'compose with it' },
  test: { permission: 'broadcast.test', zh: '用它发送测试', en: 'send tests of it' },
  send: { permission: 'broadcast.send', zh: '用它发送', en: 'send by it' },
} as const satisfies Readonly<Record<string, Doable>>;

export type TemplateAction = keyof typeof TEMPLATE_ACTIONS;

/** For a page: each action with its reason. */
export const templateCan = (
  caller: Caller,
  appid: string,
  { templateId, removedAt }: Pick<Template, 'templateId' | 'removedAt'>,
): Readonly<Record<TemplateAction, Can>> =>
  Object.fromEntries(
    (Object.keys(TEMPLATE_ACTIONS) as TemplateAction[]).map((action) => [
      action,
      canOf(
        whyNotPermitted(caller, appid, TEMPLATE_ACTIONS[action]) ??
          (removedAt === null ? undefined : gone(templateId, removedAt)),
      ),
    ]),
  ) as Record<TemplateAction, Can>;

const gone = (templateId: string, removedAt: Date): Notice => ({
  code: 'template_removed',
  params: { templateId, removedAt: removedAt.toISOString() },
  zh: '微信那边已经没有这个模板，不能再发。请换一个，或在微信恢复后同步。',
  en: 'WeChat has this template no more: pick another one, or sync once it is back.',
});
