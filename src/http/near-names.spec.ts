import { meantBy } from './near-names.js';

describe('a name that is near another', () => {
  const names = ['templateId', 'sendsPerSecond', 'name', 'url'];

  it.each([
    ['template_id', 'templateId'],
    ['TEMPLATE-ID', 'templateId'],
    ['templatId', 'templateId'],
    ['templateIds', 'templateId'],
    ['templateIt', 'templateId'],
    ['sendPerSecond', 'sendsPerSecond'],
    ['nam', 'name'],
  ])('%s means %s', (written, meant) => {
    expect(meantBy(written, names)).toBe(meant);
  });

  it.each(['template', 'tmplatId', 'ur', 'uri', '', 'x'.repeat(1_000_000)])(
    'a name that is near another is no guess: %.20s means none of them',
    (written) => {
      expect(meantBy(written, names)).toBeUndefined();
    },
  );
});
