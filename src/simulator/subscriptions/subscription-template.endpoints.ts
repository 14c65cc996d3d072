import type { Template } from '../templates/template.js';
import { fromLibrary } from '../templates/template-library.js';
import { done, ok, refused } from '../wire/answer.js';
import { EVERY_KIND, type Endpoint } from '../wire/endpoint.js';

const MOST_KEYWORDS = 5;

/** wxaapi/newtmpl/*: the templates for subscriptions, of mini programs and service accounts alike. */
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
    answer: () => ok({ errcode: 0, errmsg: 'ok', data: [{ id: 616, name: '教育' }] }),
  },
  {
    method: 'POST',
    path: '/wxaapi/newtmpl/addtemplate',
    kinds: EVERY_KIND,
    answer: (call, { subscriptionTemplates }) => {
      const { tid, kidList } = call.fields ?? {};
      const isNumber = typeof tid === 'string' || typeof tid === 'number';
      if (!isNumber || !isKeywordList(kidList)) return refused(40097);
      const keywords = kidList.map((kid) => `关键词${kid}`);
      const [added] = subscriptionTemplates.add(fromLibrary(String(tid), keywords));
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

const isKeywordList = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MOST_KEYWORDS &&
  value.every((kid) => typeof kid === 'number');
