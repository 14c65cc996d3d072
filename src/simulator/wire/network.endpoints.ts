import { ok } from './answer.js';
import { EVERY_KIND, type Endpoint } from './endpoint.js';

/** The addresses of WeChat's servers; here all of them are this machine's own. */
export const networkEndpoints: readonly Endpoint[] = [
  '/cgi-bin/get_api_domain_ip',
  '/cgi-bin/getcallbackip',
].map((path) => ({
  method: 'GET',
  path,
  kinds: EVERY_KIND,
  answer: () => ok({ ip_list: ['127.0.0.1', '::1'] }),
}));
