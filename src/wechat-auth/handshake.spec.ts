import { signedQuery } from '../../test/support/wechat/wechat-push.js';
import { CIPHER_VECTORS } from '../../test/support/wechat/wechat-vectors.js';
import { CallbackRefusal } from './callback-refusal.js';
import { answerHandshake } from './handshake.js';
import type { CallbackQuery } from './open-push.js';

const answer = (tokens: readonly string[], query: CallbackQuery): string => {
  try {
    return answerHandshake(tokens, query);
  } catch (error) {
    if (error instanceof CallbackRefusal) return `${error.status} ${error.reason}`;
    throw error;
  }
};

describe('the handshake', () => {
  it('the handshake answers the official question with its echostr', () => {
    const query = {
      signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
      timestamp: '1714036504',
      nonce: '1514711492',
      echostr: '4375120948345356249',
    };
    expect(answer(['AAAAA'], query)).toBe('4375120948345356249');
    expect(answer(['new', 'AAAAA'], query)).toBe('4375120948345356249');
    expect(answer(['BBBBB'], query)).toBe('403 unsigned');
  });

  it('the handshake is in the clear in every mode: an encrypted echostr is 企业微信, not ours', () => {
    const {
      token,
      timestamp,
      nonce,
      encrypt,
      msg_signature: signature,
    } = CIPHER_VECTORS.find(({ id }) => id.startsWith('E1'))!;
    expect(answer([token], { timestamp, nonce, signature, echostr: encrypt })).toBe('403 unsigned');
    expect(answer([token], { timestamp, nonce, msg_signature: signature, echostr: encrypt })).toBe(
      '403 unsigned',
    );
  });

  it('the handshake never validates for an empty token', () => {
    expect(answer([''], signedQuery('', { echostr: '1' }))).toBe('403 unsigned');
    expect(answer([], signedQuery('', { echostr: '1' }))).toBe('403 unsigned');
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['markup', '<script>alert(1)</script>'],
    ['a line break', '1\n2'],
    ['a novel', '1'.repeat(257)],
    ['two', ['1', '2']],
  ])('the handshake does not echo %s', (_what, echostr) => {
    expect(answer(['token'], { ...signedQuery('token'), echostr })).toBe('403 echostr');
  });
});
