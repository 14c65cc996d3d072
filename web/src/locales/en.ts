import { accounts } from './en/accounts';
import { settings } from './en/settings';
import { templates } from './en/templates';
import { audiences } from './en/audiences';
import { broadcast } from './en/broadcast';
import { broadcasts } from './en/broadcasts';
import { compose } from './en/compose';
import { confirm } from './en/confirm';
import { overview } from './en/overview';
import { rates } from './en/rates';
import { recipients } from './en/recipients';
import { session } from './en/session';
import { shell } from './en/shell';
import { states } from './en/states';
import type { zhCN } from './zh-CN';

/** The same words, or it does not compile. */
export const en: Words<typeof zhCN> = {
  shell,
  session,
  states,
  overview,
  broadcast,
  rates,
  accounts,
  settings,
  templates,
  recipients,
  audiences,
  broadcasts,
  compose,
  confirm,
};

type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
