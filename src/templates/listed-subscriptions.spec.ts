import { listedSubscriptions } from './listed-subscriptions.js';

const entry = {
  priTmplId: 'S1',
  title: '上课提醒',
  content: '课程:{{thing1.DATA}}\n方式:{{enum_string2.DATA}}\n',
  example: '课程:语文\n方式:线上\n',
  type: 2,
  keywordEnumValueList: [{ keywordCode: 'enum_string2.DATA', enumValueList: ['线上', '线下'] }],
};

describe('listed-subscriptions', () => {
  it('WeChat’s list of subscription templates is read into our words, with what a field may be', () => {
    expect(listedSubscriptions({ data: [entry] })).toEqual([
      {
        templateId: 'S1',
        title: '上课提醒',
        content: entry.content,
        example: entry.example,
        primaryIndustry: '',
        deputyIndustry: '',
        grantKind: 'one_time',
        enums: { enum_string2: ['线上', '线下'] },
      },
    ]);
  });

  it.each([
    [2, 'one_time'],
    ['3', 'long_term'],
    [4, null],
    [undefined, null],
  ])(
    'WeChat’s list of subscription templates takes type %p for a grant of kind %p',
    (type, grantKind) => {
      expect(listedSubscriptions({ data: [{ ...entry, type }] })).toMatchObject([{ grantKind }]);
    },
  );

  it.each([
    undefined,
    null,
    'x',
    [],
    [{ keywordCode: 'enum_string2.DATA', enumValueList: [] }],
    [null],
  ])(
    'WeChat’s list of subscription templates enumerates nothing where it says %j',
    (keywordEnumValueList) => {
      expect(listedSubscriptions({ data: [{ ...entry, keywordEnumValueList }] })).toMatchObject([
        { enums: {} },
      ]);
    },
  );

  it.each([{}, { data: {} }, { data: [null] }, { data: [{ title: 'x' }] }])(
    'WeChat’s list of subscription templates is not mistaken for an empty one when it is %j',
    (answer) => expect(listedSubscriptions(answer)).toBeUndefined(),
  );
});
