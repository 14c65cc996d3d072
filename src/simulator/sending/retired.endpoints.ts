import { refused } from '../wire/answer.js';
import { EVERY_KIND, type Endpoint } from '../wire/endpoint.js';

/** A way of sending that WeChat has withdrawn on 2023-09-20. */
export const retiredEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/cgi-bin/message/wxopen/template/uniform_send',
    kinds: EVERY_KIND,
    answer: () => refused(45109),
  },
];
