import type { Account } from '../accounts/account.js';
import type { WechatAnswer } from '../wechat/answer.js';
import { listedSubscriptions } from './listed-subscriptions.js';
import { type ListedTemplate, listedTemplates } from './listed-templates.js';
import type { TemplateFamily } from './template.js';

/** One of WeChat's lists of templates. */
export interface TemplateList {
  readonly family: TemplateFamily;
  readonly path: string;
  /** Undefined when the answer has no list, which we must not take for an account without templates. */
  readonly read: (answer: WechatAnswer) => ListedTemplate[] | undefined;
}

const PRIVATE: TemplateList = {
  family: 'private',
  path: '/cgi-bin/template/get_all_private_template',
  read: listedTemplates,
};
const SUBSCRIPTION: TemplateList = {
  family: 'subscription',
  path: '/wxaapi/newtmpl/gettemplate',
  read: listedSubscriptions,
};

/**
 * The lists of a kind of account. Every account has the first; whether a service account has subscription notices is
 * up to its owner.
 */
export const LISTS_OF: Readonly<
  Record<Account['kind'], readonly [TemplateList, ...TemplateList[]]>
> = {
  service: [PRIVATE, SUBSCRIPTION],
  mini_program: [SUBSCRIPTION],
};
