import { Writable } from 'node:stream';
import pino from 'pino';
import { loggedError } from './logged-error.js';
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
    const serializers = { err: pino.stdSerializers.wrapErrorSerializer(loggedError) };
    const redact = { paths: REDACTED_PATHS, censor: '[redacted]' };
    pino({ redact, serializers }, stream).info(fields);
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
  ])('a log line blots out what slipped into it: %j', (fields) => {
    const line = lineOf(fields);
    expect(line).toContain('[redacted]');
    expect(line).not.toContain('hush');
  });

  it.each([
    ["a command's arguments", { command: { name: 'auth', args: ['weicast', 'hush'] } }],
    ['a row', { detail: 'Key (openid)=(hush) already exists.', where: 'COPY delivery: "hush"' }],
    ["a refusal's particulars", { extra: { details: { key: 'hush' } } }],
    [
      'the same in one of several',
      { errors: [Object.assign(new Error('no'), { detail: 'hush' })] },
    ],
  ])('a log line names an error without %s that it carries', (_what, carried) => {
    const line = lineOf({
      err: Object.assign(new Error('refused', { cause: new Error('why') }), carried),
    });
    expect(line).toContain('refused: why');
    expect(line).not.toContain('hush');
  });

  it('a log line shows the code of an error', () => {
    expect(lineOf({ err: Object.assign(new Error('no'), { code: '23505' }) })).toContain(
      '"code":"23505"',
    );
  });

  it('a log line keeps what may be seen', () => {
    expect(lineOf({ route: '/v1/accounts', status: 200 })).toContain('"status":200');
  });
});
