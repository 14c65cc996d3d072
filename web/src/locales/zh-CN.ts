import { accounts } from './zh-CN/accounts';
import { settings } from './zh-CN/settings';
import { templates } from './zh-CN/templates';
import { audiences } from './zh-CN/audiences';
import { broadcast } from './zh-CN/broadcast';
import { broadcasts } from './zh-CN/broadcasts';
import { compose } from './zh-CN/compose';
import { confirm } from './zh-CN/confirm';
import { overview } from './zh-CN/overview';
import { rates } from './zh-CN/rates';
import { recipients } from './zh-CN/recipients';
import { session } from './zh-CN/session';
import { shell } from './zh-CN/shell';
import { states } from './zh-CN/states';

/** Every word of the console, a member for each room. */
export const zhCN = {
  shell,
  session,
  states,
  overview,
  broadcast,
  rates,
  broadcasts,
  compose,
  confirm,
  accounts,
  settings,
  templates,
  recipients,
  audiences,
};
