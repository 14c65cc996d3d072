import { done, ok, refused } from '../wire/answer.js';
import { EVERY_KIND, type Endpoint } from '../wire/endpoint.js';

/** openapi/quota/get and clear_quota. `known` lists every endpoint there is, because quota/get refuses strangers. */
export const quotaEndpoints = (known: () => readonly Endpoint[]): Endpoint[] => [
  {
    method: 'POST',
    path: '/cgi-bin/openapi/quota/get',
    kinds: EVERY_KIND,
    answer: (call, account) => {
      if (!call.fields) return refused(47001);
      const path = call.text('cgi_path');
      const endpoint = known().find((candidate) => candidate.path === path);
      if (!endpoint) return refused(76021);
      if (endpoint.kinds && !endpoint.kinds.includes(account.settings.kind)) return refused(76022);
      return ok({ errcode: 0, errmsg: 'ok', ...account.quotas.report(path) });
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/clear_quota',
    kinds: EVERY_KIND,
    answer: (call, account) => {
      if (call.text('appid') !== account.settings.appid) return refused(40013);
      return account.quotas.clear() ? done : refused(48006);
    },
  },
];
