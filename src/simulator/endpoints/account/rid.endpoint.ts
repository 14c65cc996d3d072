import type { SimulatedClock } from '../../kernel/simulated-clock.js';
import { ok, refused } from '../../dispatch/answer.js';
import { EVERY_KIND, type Endpoint } from '../../dispatch/endpoint.js';
import type { RidStore } from '../../platform/rid-store.js';

const LIFETIME_MS = 7 * 86_400_000;

/** openapi/rid/get tells about a refused call. */
export const ridEndpoint = (rids: RidStore, clock: SimulatedClock): Endpoint => ({
  method: 'POST',
  path: '/cgi-bin/openapi/rid/get',
  kinds: EVERY_KIND,
  answer: (call, account) => {
    const rid = call.text('rid');
    if (!/^[0-9a-f]{8}(-[0-9a-f]{8}){2}$/.test(rid)) return refused(76002);
    const record = rids.find(rid);
    if (!record) return refused(76001);
    if (record.appid !== account.settings.appid) return refused(76003);
    if (clock.now() - record.invokedAt > LIFETIME_MS) return refused(76004);
    return ok({
      errcode: 0,
      errmsg: 'ok',
      request: {
        invoke_time: Math.floor(record.invokedAt / 1000),
        cost_in_ms: record.costMs,
        request_url: record.path,
        request_body: record.requestBody,
        response_body: JSON.stringify({ errcode: record.errcode }),
        client_ip: record.ip,
      },
    });
  },
});
