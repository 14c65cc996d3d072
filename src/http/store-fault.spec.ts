import { storeFaultOf } from './store-fault.js';

describe('an error of a store', () => {
  it.each([
    [{ code: '57P01' }, 'unavailable'],
    [{ code: 'ECONNREFUSED' }, 'unavailable'],
    [{ code: '25006' }, 'store_read_only'],
    [{ code: '53100' }, 'store_full'],
    [{ code: '53300' }, 'store_busy'],
    [new Error('Connection terminated unexpectedly'), 'unavailable'],
    [new Error('PostgreSQL gave no answer within 14 s'), 'unavailable'],
    [new Error("OOM command not allowed when used memory > 'maxmemory'."), 'store_full'],
    [new Error("READONLY You can't write against a read only replica."), 'store_read_only'],
    [new Error('Command timed out'), 'unavailable'],
    [new Error('Reached the max retries per request limit (which is 1)'), 'unavailable'],
  ])('an error of a store is a 503 that says what to do: %j', (error, code) => {
    expect(storeFaultOf(error)).toMatchObject({ status: 503, code });
  });

  it.each([undefined, null, 'text', new Error('anything else'), { code: '23505' }])(
    'an error of a store is not read into anything else: %j',
    (error) => {
      expect(storeFaultOf(error)).toBeUndefined();
    },
  );
});
