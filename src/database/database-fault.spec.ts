import { databaseFaultOf } from './database-fault.js';

describe('a database that is lost in the middle of a start', () => {
  it.each([
    ['timeout expired', /does not answer/],
    ['timeout exceeded when trying to connect', /does not answer/],
    ['PostgreSQL gave no answer within 60 s', /does not answer/],
    ['PostgreSQL fell silent', /does not answer/],
    ['Connection terminated unexpectedly', /connection was cut/],
  ])(
    'a database that is lost in the middle of a start is told in a sentence where pg says "%s"',
    (message, sentence) => {
      const fault = databaseFaultOf(new Error('a step failed', { cause: new Error(message) }));
      expect(fault?.message).toMatch(sentence);
      expect(fault?.message).toContain('无法启动');
    },
  );

  it('a database that is lost in the middle of a start is not made of an error that speaks of something else', () => {
    expect(databaseFaultOf(new Error('a timeout of somebody else'))).toBeUndefined();
  });
});
