/** The decision of an endpoint. The dispatcher adds rid, delays and faults. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: string }
  | {
      readonly kind: 'refused';
      readonly errcode: number;
      readonly errmsg?: string;
      /** The msgid beside the errcode of a message under review. */
      readonly msgid?: bigint;
    };

export const ok = (body: object): Answer => ({ kind: 'ok', body: JSON.stringify(body) });

export const done: Answer = { kind: 'ok', body: '{"errcode":0,"errmsg":"ok"}' };

export const refused = (errcode: number, errmsg?: string): Answer =>
  errmsg === undefined ? { kind: 'refused', errcode } : { kind: 'refused', errcode, errmsg };
