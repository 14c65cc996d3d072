import type { PretendWechat } from '../platform/pretend-wechat.js';
import type { ControlEndpoint } from './control-endpoint.js';
import { appidOf, formIdOrder, grantOrder, openidIn, sceneOrder } from './control-input.js';

/** Controls what people allow an account: grants, occasions and form_ids. */
export const permissionEndpoints = (wechat: PretendWechat): ControlEndpoint[] => [
  {
    method: 'GET',
    path: '/__grants',
    answer: (call) => ({ items: wechat.grants(openidIn(call), appidOf(call)) }),
  },
  {
    method: 'POST',
    path: '/__grants',
    answer: (call) => wechat.grant(grantOrder(call), appidOf(call)),
  },
  {
    method: 'POST',
    path: '/__scenes',
    answer: (call) => wechat.grantScene(sceneOrder(call), appidOf(call)),
  },
  {
    method: 'GET',
    path: '/__form-ids',
    answer: (call) => ({ items: wechat.formIds(openidIn(call), appidOf(call)) }),
  },
  {
    method: 'POST',
    path: '/__form-ids',
    answer: (call) => ({ items: wechat.issueFormIds(formIdOrder(call), appidOf(call)) }),
  },
];
