import { firstOf, namesOf } from './lead';
import type { Fault } from './steps';

const fault = (path: string): Fault => ({ path, code: 'required', zh: '', en: '', params: {} });

describe('what is still missing of a draft', () => {
  it('what is still missing of a draft is led to in the order of the steps, whatever the order in which it is told', () => {
    const faults = [
      fault('startAt'),
      fault('audience'),
      fault('fields.time2'),
      fault('fields.thing1'),
    ];
    expect(firstOf(faults)?.path).toBe('fields.time2');
    expect(firstOf([fault('startAt'), fault('templateId')])?.path).toBe('templateId');
    expect(firstOf([])).toBeUndefined();
  });

  it('what is still missing of a draft is found by its name, or by that of what it is a part of', () => {
    expect(namesOf('canary.first')).toEqual(['canary.first', 'canary']);
    expect(namesOf('audience.openids[3]')).toEqual(['audience.openids', 'audience']);
    expect(namesOf('url')).toEqual(['url']);
  });
});
