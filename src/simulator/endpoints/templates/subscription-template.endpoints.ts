import {
  CATEGORIES,
  templateFromKeywords,
  unlistedTemplate,
  PUBLIC_LIBRARY,
} from '../../templates/public-library.js';
import { MAX_TEMPLATES } from '../../templates/template-store.js';
import type { Template } from '../../templates/template.js';
import { done, ok, refused } from '../../dispatch/answer.js';
import { EVERY_KIND, type Endpoint } from '../../dispatch/endpoint.js';

const MAX_KEYWORDS = 5;
const MAX_TITLES = 30;

/** wxaapi/newtmpl/*: the subscription templates of mini programs and service accounts. */
export const subscriptionTemplateEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/wxaapi/newtmpl/gettemplate',
    kinds: EVERY_KIND,
    answer: (_call, { subscriptionTemplates }) =>
      ok({ errcode: 0, errmsg: 'ok', data: subscriptionTemplates.list().map(templateView) }),
  },
  {
    method: 'GET',
    path: '/wxaapi/newtmpl/getcategory',
    kinds: EVERY_KIND,
    answer: () => ok({ errcode: 0, errmsg: 'ok', data: CATEGORIES }),
  },
  {
    method: 'GET',
    path: '/wxaapi/newtmpl/getpubtemplatetitles',
    kinds: EVERY_KIND,
    answer: ({ query }) => {
      const ids = query.get('ids');
      if (!ids) return refused(200018);
      const categories = ids.split(',');
      if (!categories.every((id) => CATEGORIES.some((category) => String(category.id) === id)))
        return refused(200019);
      const [start, limit] = [countIn(query, 'start'), countIn(query, 'limit')];
      if (start === undefined) return refused(200016);
      if (limit === undefined || limit > MAX_TITLES) return refused(200017);
      const found = PUBLIC_LIBRARY.filter(({ categoryId }) => categories.includes(categoryId));
      const data = found
        .slice(start, start + limit)
        .map(({ tid, title, type, categoryId }) => ({ tid, title, type, categoryId }));
      return ok({ errcode: 0, errmsg: 'ok', count: found.length, data });
    },
  },
  {
    method: 'GET',
    path: '/wxaapi/newtmpl/getpubtemplatekeywords',
    kinds: EVERY_KIND,
    answer: ({ query }) => {
      const found = PUBLIC_LIBRARY.find(({ tid }) => String(tid) === query.get('tid'));
      if (!found) return refused(200014);
      const { keywords } = found;
      return ok({ errcode: 0, errmsg: 'ok', count: keywords.length, data: keywords });
    },
  },
  {
    method: 'POST',
    path: '/wxaapi/newtmpl/addtemplate',
    kinds: EVERY_KIND,
    answer: (call, { subscriptionTemplates }) => {
      const { tid, kidList } = call.fields ?? {};
      if (!(typeof tid === 'string' || typeof tid === 'number')) return refused(200014);
      if (!isKeywordList(kidList)) return refused(200020);
      if (subscriptionTemplates.list().length >= MAX_TEMPLATES) return refused(200012);
      const listed = PUBLIC_LIBRARY.find((template) => String(template.tid) === String(tid));
      // Unlisted numbers stand for the thousands of templates in WeChat's library.
      const text = listed
        ? templateFromKeywords(listed, kidList)
        : unlistedTemplate(
            String(tid),
            kidList.map((kid) => `关键词${kid}`),
          );
      if (!text) return refused(200020);
      const [added] = subscriptionTemplates.add(text);
      return ok({ errcode: 0, errmsg: 'ok', priTmplId: added?.templateId });
    },
  },
  {
    method: 'POST',
    path: '/wxaapi/newtmpl/deltemplate',
    kinds: EVERY_KIND,
    answer: (call, { subscriptionTemplates }) =>
      subscriptionTemplates.remove(call.text('priTmplId')) ? done : refused(40037),
  },
];

const templateView = ({ templateId, title, content, example, type, approved }: Template) => {
  const enums = Object.entries(approved);
  return {
    priTmplId: templateId,
    title,
    content,
    example,
    type,
    ...(enums.length > 0 && {
      keywordEnumValueList: enums.map(([field, values]) => ({
        keywordCode: `${field}.DATA`,
        enumValueList: values,
      })),
    }),
  };
};

/** Undefined if it is missing, or is no whole number. */
function countIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

const isKeywordList = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MAX_KEYWORDS &&
  value.every((kid) => typeof kid === 'number');
