import type { Openid } from '../../kernel/ids.js';

/** Who granted it, to which account, for which template. */
export interface GrantKey {
  readonly accountId: number;
  readonly openid: Openid;
  readonly templateId: string;
}

/** Neither an openid nor a template id has a colon. */
export const nameOf = ({ accountId, openid, templateId }: GrantKey): string =>
  `${accountId}:${openid}:${templateId}`;

/** The first three parameters of every statement on grants. */
export const columnsOf = (keys: readonly GrantKey[]): [number[], string[], string[]] => [
  keys.map(({ accountId }) => accountId),
  keys.map(({ openid }) => openid),
  keys.map(({ templateId }) => templateId),
];
