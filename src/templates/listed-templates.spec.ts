import { listedTemplates } from './listed-templates.js';

const entry = {
  template_id: 'T1',
  title: '开课通知',
  primary_industry: '教育',
  deputy_industry: '培训',
  content: '{{thing1.DATA}}',
  example: '甲',
};

describe('listed-templates', () => {
  it('WeChat’s list of templates is read into our words', () => {
    expect(listedTemplates({ template_list: [entry] })).toEqual([
      {
        templateId: 'T1',
        title: '开课通知',
        primaryIndustry: '教育',
        deputyIndustry: '培训',
        content: '{{thing1.DATA}}',
        example: '甲',
        grantKind: null,
        enums: {},
      },
    ]);
  });

  it('WeChat’s list of templates may be empty, and may lack what is only shown', () => {
    expect(listedTemplates({ template_list: [] })).toEqual([]);
    expect(listedTemplates({ template_list: [{ template_id: 'T1' }] })).toMatchObject([
      { title: '', content: '' },
    ]);
  });

  it.each([
    {},
    { template_list: {} },
    { template_list: [null] },
    { template_list: [{ title: 'x' }] },
  ])('WeChat’s list of templates is not mistaken for an empty one when it is %j', (answer) =>
    expect(listedTemplates(answer)).toBeUndefined(),
  );
});
