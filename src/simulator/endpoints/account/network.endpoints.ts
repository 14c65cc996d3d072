import { ok, refused } from '../../dispatch/answer.js';
import { EVERY_KIND, type Endpoint } from '../../dispatch/endpoint.js';

const ACTIONS = ['dns', 'ping', 'all'];
const OPERATORS = ['CHINANET', 'UNICOM', 'CAP', 'DEFAULT'];

/** WeChat's servers have the addresses of this machine. */
const ADDRESS_PATHS = ['/cgi-bin/get_api_domain_ip', '/cgi-bin/getcallbackip'];

/** callback/check tells how WeChat's servers reach the callback of an account. */
const callbackCheckEndpoint: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/callback/check',
  kinds: EVERY_KIND,
  answer: (call, { settings }) => {
    if (!call.fields) return refused(47001);
    if (!settings.callback.url) return refused(40201);
    const [action, operator] = [call.text('action'), call.text('check_operator') || 'DEFAULT'];
    if (!ACTIONS.includes(action)) return refused(40202);
    if (!OPERATORS.includes(operator)) return refused(40203);
    const seenOperator = operator === 'DEFAULT' ? 'CHINANET' : operator;
    const ip = '127.0.0.1';
    return ok({
      ...(action !== 'ping' && { dns: [{ ip, real_operator: seenOperator }] }),
      ...(action !== 'dns' && {
        ping: [{ ip, from_operator: seenOperator, package_loss: '0%', time: '0.079ms' }],
      }),
    });
  },
};

/** The network between WeChat and an account: server addresses, and the check of a callback. */
export const networkEndpoints: readonly Endpoint[] = [
  ...ADDRESS_PATHS.map((path): Endpoint => ({
    method: 'GET',
    path,
    kinds: EVERY_KIND,
    answer: () => ok({ ip_list: ['127.0.0.1', '::1'] }),
  })),
  callbackCheckEndpoint,
];
