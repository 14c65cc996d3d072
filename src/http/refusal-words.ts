import { type Bilingual, both } from '../kernel/bilingual.js';

type Words = (told: string) => Bilingual;

/** What the framework refuses by itself, in our words; `told` is the framework's own, where it says more. */
const WORDS: Readonly<Record<string, Words>> = {
  invalid_request: (told) => both('请求不合要求。', `The request does not fit: ${told}.`, { told }),
  invalid_json: (told) =>
    both('请求体不是合法的 JSON，请检查语法。', `The body is not JSON: ${told}.`, { told }),
  invalid_url: (told) =>
    both('请求地址有误，请检查其中的 % 编码。', `The address is none: ${told}.`, { told }),
  route_not_found: () =>
    both(
      '没有这个地址，接口一览见 /docs。',
      'There is no such address: /docs lists those that there are.',
    ),
  request_timeout: () =>
    both(
      '请求发送得太慢，连接已关闭，请重试。',
      'The request took too long to arrive: send it again.',
    ),
  body_too_large: () =>
    both('请求体过大，请分批发送。', 'The body is too large: send less at once.'),
  url_too_long: () => both('请求地址过长，请缩短。', 'The address is too long.'),
  unsupported_media_type: () => wrongTypeWords(),
};

export const inWords = (code: string, told: string): Bilingual =>
  (WORDS[code] ?? refused)(told.replace(/\.$/, ''));

const refused: Words = (told) =>
  both('请求被拒绝。', `The request was refused: ${told}.`, { told });

export const wrongTypeWords = (): Bilingual =>
  both(
    '请求体必须是 JSON，并带上请求头 "Content-Type: application/json"。',
    'The body must be JSON, sent with "Content-Type: application/json".',
  );

export const wrongFileWords = (types: readonly string[]): Bilingual =>
  both(
    `请求体必须是文件，Content-Type 为 ${types.join('、')} 之一。`,
    `The body must be a file, with a Content-Type of ${types.join(', ')}.`,
    { types: types.join(', ') },
  );
