import { done, ok, refused } from '../../dispatch/answer.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { unlistedTemplate } from '../../templates/public-library.js';
import { MAX_TEMPLATES } from '../../templates/template-store.js';

/** cgi-bin/template/*: an account's own templates. */
export const templateEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/cgi-bin/template/get_all_private_template',
    kinds: SERVICE_ONLY,
    answer: (_call, { templates }) =>
      ok({
        template_list: templates.list().map((template) => ({
          template_id: template.templateId,
          title: template.title,
          primary_industry: template.primaryIndustry,
          deputy_industry: template.deputyIndustry,
          content: template.content,
          example: template.example,
        })),
      }),
  },
  {
    method: 'POST',
    path: '/cgi-bin/template/api_add_template',
    kinds: SERVICE_ONLY,
    answer: (call, { templates }) => {
      const shortId = call.text('template_id_short');
      const keywords = call.fields?.['keyword_name_list'];
      if (/^(OPEN)?TM/.test(shortId)) return refused(40247);
      if (!isTextList(keywords) || keywords.length === 0) return refused(40246);
      if (!/^\d+$/.test(shortId)) return refused(40037);
      if (templates.list().length >= MAX_TEMPLATES) return refused(45026);
      const [added] = templates.add(unlistedTemplate(shortId, keywords));
      return ok({ errcode: 0, errmsg: 'ok', template_id: added?.templateId });
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/template/del_private_template',
    kinds: SERVICE_ONLY,
    answer: (call, { templates }) =>
      templates.remove(call.text('template_id')) ? done : refused(40037),
  },
  {
    method: 'GET',
    path: '/cgi-bin/template/get_industry',
    kinds: SERVICE_ONLY,
    answer: (_call, { industries }) => ok(industries.get()),
  },
  {
    method: 'POST',
    path: '/cgi-bin/template/api_set_industry',
    kinds: SERVICE_ONLY,
    answer: (call, { industries }) => {
      if (!call.fields) return refused(47001);
      const { industry_id1, industry_id2 } = call.fields;
      const fault = industries.choose(industry_id1, industry_id2);
      return fault ? refused(fault) : done;
    },
  },
];

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
