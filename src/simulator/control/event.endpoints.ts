import type { FaultRule } from '../faults/fault-rule.js';
import type { PretendWechat } from '../platform/pretend-wechat.js';
import type { ControlEndpoint } from './control-endpoint.js';
import { appidOf, countIn, number, optional, pushOrder, text } from './control-input.js';

/** Controls what happens: faults, the clock, pushes. */
export const eventEndpoints = (wechat: PretendWechat): ControlEndpoint[] => [
  {
    method: 'GET',
    path: '/__faults',
    answer: () => ({ items: wechat.faults.list() }),
  },
  {
    method: 'POST',
    path: '/__faults',
    answer: ({ fields }) => wechat.addFault(fields as FaultRule),
  },
  {
    method: 'DELETE',
    path: '/__faults',
    answer: (call) => ({ cleared: wechat.faults.clear(countIn(call, 'id')) }),
  },
  {
    method: 'GET',
    path: '/__clock',
    answer: () => clockView(wechat),
  },
  {
    method: 'POST',
    path: '/__clock',
    answer: ({ fields = {} }) => {
      const offsetMs = optional(fields, 'offsetMs', number);
      if (offsetMs !== undefined) wechat.clock.setOffset(offsetMs);
      wechat.clock.advance(optional(fields, 'advanceMs', number) ?? 0);
      return clockView(wechat);
    },
  },
  {
    method: 'POST',
    path: '/__push',
    answer: (call) => wechat.push(pushOrder(call), appidOf(call)),
  },
  {
    method: 'POST',
    path: '/__scan',
    answer: (call) => {
      const { openid, url } = call.fields ?? {};
      return wechat.scan(text(openid, 'openid'), text(url, 'url'), appidOf(call));
    },
  },
  {
    method: 'POST',
    path: '/__verify',
    answer: (call) => wechat.account(appidOf(call)).pushes.verify(),
  },
];

const clockView = ({ clock }: PretendWechat) => ({
  offsetMs: clock.offsetMs,
  now: new Date(clock.now()).toISOString(),
});
