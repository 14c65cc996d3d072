/** What is sent back over the connection. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'drop' }
  /** Half of the body is sent, then the connection closes. */
  | { readonly kind: 'cut'; readonly body: string };

const JSON_TYPE = 'application/json; encoding=utf-8';

export const jsonReply = (body: string, status = 200): Reply => ({
  kind: 'answer',
  status,
  contentType: JSON_TYPE,
  body,
});
