import { randomBytes } from 'node:crypto';

/** What tells a code of ours from every other of the account: WeChat pushes it back when somebody scans it. */
const PREFIX = 'weicast-tester-';

export const newInviteScene = (): string => `${PREFIX}${randomBytes(8).toString('hex')}`;

/** @param eventKey of a push: `qrscene_…` where the person followed by it, and bare where they did already */
export const isInviteScene = (eventKey: string): boolean =>
  eventKey.replace(/^qrscene_/, '').startsWith(PREFIX);
