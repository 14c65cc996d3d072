import { holdToWords } from './words.js';

const said = { code: 'a', params: {}, zh: '好。', en: 'Well.' };
const faultsIn = (answer: unknown): string[] => {
  try {
    holdToWords('GET /', answer);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
};

/** What every answer in the worlds of the tests is held to. */
describe('the words of an answer', () => {
  it.each([
    [said],
    [{ items: [{ openid: 'o', meaning: said }, { meaning: null }] }],
    [{ ...said, message: '好。 Well.' }],
    [{ code: 'blocks', detail: '好。 Well.', explanation: said }],
    [{ name: '王芳', message: 'no words of ours' }],
  ])('the words of an answer are whole in %j', (answer) => {
    expect(faultsIn(answer)).toEqual([]);
  });

  it.each([
    [{ ...said, code: undefined }, ': no code'],
    [{ ...said, params: undefined }, ': no params'],
    [{ ...said, zh: 'Well.' }, ': no Chinese in zh'],
    [{ ...said, en: '' }, ': no English in en'],
    [{ items: [{ fix: { zh: '好。', en: 'Well.' } }] }, '/items/0/fix: no code'],
    [
      { errors: [{ code: 'a', message: '好。 Well.' }] },
      '/errors/0: a text in both languages, and none of them apart',
    ],
  ])('the words of an answer lack something in %j', (answer, fault) => {
    expect(faultsIn(answer)).toContain(fault);
  });
});
