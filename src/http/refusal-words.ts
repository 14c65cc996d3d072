type Words = (told: string) => string;

/** What the framework refuses by itself, in our words; `told` is the framework's own, where it says more. */
const WORDS: Readonly<Record<string, Words>> = {
  invalid_request: (told) => `请求不合要求。 The request does not fit: ${told}.`,
  invalid_json: (told) => `请求体不是合法的 JSON。 The body is not JSON: ${told}.`,
  invalid_url: (told) => `请求地址有误，请检查其中的 % 编码。 The address is none: ${told}.`,
  route_not_found: () =>
    '没有这个地址，接口一览见 /docs。 There is no such address: /docs lists those that there are.',
  request_timeout: () => '请求发送得太慢。 The request took too long to arrive.',
  body_too_large: () => '请求体过大，请分批发送。 The body is too large: send less at once.',
  url_too_long: () => '请求地址过长。 The address is too long.',
  unsupported_media_type: () => wrongTypeWords(),
};

export const inWords = (code: string, told: string): string =>
  WORDS[code]?.(told.replace(/\.$/, '')) ?? told;

export const wrongTypeWords = (): string =>
  '请求体必须是 JSON，并带上请求头 "Content-Type: application/json"。 The body must be JSON, sent with "Content-Type: application/json".';
