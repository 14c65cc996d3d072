import { Writable } from 'node:stream';
import pino from 'pino';
import { REDACTED_PATHS } from './logging.js';

describe('a log line', () => {
  const lineOf = (fields: object): string => {
    let line = '';
    const stream = new Writable({
      write: (chunk: Buffer, _, done) => {
        line += chunk.toString();
        done();
      },
    });
    pino({ redact: { paths: REDACTED_PATHS, censor: '[redacted]' } }, stream).info(fields);
    return line;
  };

  it.each([
    { access_token: 'hush' },
    { query: { access_token: 'hush' } },
    { request: { query: { access_token: 'hush' } } },
    { account: { secret: 'hush' } },
    { headers: { authorization: 'Bearer hush' } },
    { req: { headers: { cookie: 'weicast_session=hush' } } },
    { res: { headers: { 'set-cookie': 'weicast_session=hush' } } },
    { body: { encodingAesKey: 'hush' } },
    { body: { callbackToken: 'hush' } },
    { body: { externalTokenBearer: 'hush' } },
  ])('blots out what slipped into it: %j', (fields) => {
    const line = lineOf(fields);
    expect(line).toContain('[redacted]');
    expect(line).not.toContain('hush');
  });

  it('keeps what may be seen', () => {
    expect(lineOf({ route: '/v1/accounts', status: 200 })).toContain('"status":200');
  });
});
