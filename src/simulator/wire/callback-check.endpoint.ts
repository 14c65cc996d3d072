import { ok, refused } from './answer.js';
import { EVERY_KIND, type Endpoint } from './endpoint.js';

const ACTIONS = ['dns', 'ping', 'all'];
const OPERATORS = ['CHINANET', 'UNICOM', 'CAP', 'DEFAULT'];

/** callback/check: how WeChat's servers see the way to an account's callback. */
export const callbackCheckEndpoint: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/callback/check',
  kinds: EVERY_KIND,
  answer: (call, { settings }) => {
    if (!call.fields) return refused(47001);
    if (!settings.callback.url) return refused(40201);
    const [action, operator] = [call.text('action'), call.text('check_operator') || 'DEFAULT'];
    if (!ACTIONS.includes(action)) return refused(40202);
    if (!OPERATORS.includes(operator)) return refused(40203);
    const seen = operator === 'DEFAULT' ? 'CHINANET' : operator;
    const ip = '127.0.0.1';
    return ok({
      ...(action !== 'ping' && { dns: [{ ip, real_operator: seen }] }),
      ...(action !== 'dns' && {
        ping: [{ ip, from_operator: seen, package_loss: '0%', time: '0.079ms' }],
      }),
    });
  },
};
