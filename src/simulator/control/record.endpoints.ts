import type { PretendWechat } from '../platform/pretend-wechat.js';
import type { ControlEndpoint } from './control-endpoint.js';
import { appidOf, countIn } from './control-input.js';
import { resourceUse } from './control-views.js';

/** Shows what came of it: the ledger and its sums. */
export const recordEndpoints = (wechat: PretendWechat): ControlEndpoint[] => [
  {
    method: 'GET',
    path: '/__ledger',
    answer: (call) =>
      wechat.ledger({
        appid: appidOf(call),
        openid: call.query.get('openid') ?? undefined,
        after: call.query.get('after') ?? undefined,
        limit: countIn(call, 'limit'),
      }),
  },
  {
    method: 'GET',
    path: '/__reviews',
    answer: (call) => ({
      items: wechat.reviews(call.query.get('openid') ?? undefined, appidOf(call)),
    }),
  },
  {
    method: 'GET',
    path: '/__stats',
    answer: (call) => ({ ...wechat.stats(appidOf(call)), process: resourceUse() }),
  },
  {
    method: 'POST',
    path: '/__reset',
    answer: () => wechat.reset(),
  },
];
