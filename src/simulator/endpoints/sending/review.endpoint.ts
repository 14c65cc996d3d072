import { ok, refused } from '../../dispatch/answer.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';

const MAX_LIMIT = 100;

/** POST /wxa/sec/queryblocktmplmsg lists what review refused, without the reason. */
export const reviewEndpoint: Endpoint = {
  method: 'POST',
  path: '/wxa/sec/queryblocktmplmsg',
  kinds: SERVICE_ONLY,
  answer: ({ fields }, { reviews, settings }) => {
    if (!fields) return refused(47001);
    const { tmpl_msg_id: templateId, largest_id: largestId, limit } = fields;
    if (typeof templateId !== 'string') return refused(40037);
    if (!isCount(largestId) || !isCount(limit) || limit < 1 || limit > MAX_LIMIT)
      return refused(40097);
    const listed = reviews.intercepted(templateId, largestId, limit);
    const alone = settings.reviews.singleAsObject && listed.length === 1;
    return ok({ errcode: 0, errmsg: 'ok', msginfo: alone ? listed[0] : listed });
  },
};

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
