import { countAfterKill, type RowSaid } from '../../bench/support/kill-count.js';
import type { OpenidLedger } from '../../src/simulator/reports/ledger-page.js';

const NOTHING = {
  gotItTwice: 0,
  neverGotIt: 0,
  falseRows: 0,
  receiptsTakenAndLost: 0,
  receiptsPushedInVain: 0,
  rowsInDoubt: 0,
};

const row = (says: RowSaid['says'], msgid: string | null = null): RowSaid => ({
  openid: 'amy',
  says,
  msgid,
});

/** What WeChat did for amy: one message for each msgid. */
const sent = (msgids: readonly string[], receiptsAnswered = 1): OpenidLedger =>
  ({
    openid: 'amy',
    seen: msgids.length,
    duplicate: msgids.length > 1,
    shown: [],
    messages: msgids.map((msgid) => ({ msgid, receiptsAnswered, showing: 1 })),
  }) as unknown as OpenidLedger;

const count = (said: RowSaid | undefined, did: OpenidLedger | undefined) =>
  countAfterKill(['amy'], said ? [said] : [], new Map(did && [['amy', did]]));

describe('what is counted after a kill', () => {
  it.each([
    ['a row that tells what WeChat did counts as nothing', row('delivered', '1'), sent(['1']), {}],
    ['a recipient without a message never got it', row('waits'), undefined, { neverGotIt: 1 }],
    [
      'a second message counts as got twice',
      row('delivered', '2'),
      sent(['1', '2']),
      { gotItTwice: 1 },
    ],
    [
      'a row that waits is false if its person has the message',
      row('waits'),
      sent(['1']),
      { falseRows: 1 },
    ],
    [
      'a failed row is false if its person has the message',
      row('failed'),
      sent(['1']),
      { falseRows: 1 },
    ],
    [
      'a recipient without a row is a false row if they have the message',
      undefined,
      sent(['1']),
      { falseRows: 1 },
    ],
    [
      'a delivered row is false if nobody has the message',
      row('delivered'),
      undefined,
      { falseRows: 1, neverGotIt: 1 },
    ],
    ["a row with another's msgid is false", row('delivered', '9'), sent(['1']), { falseRows: 1 }],
    [
      'a row that stays sent has lost a receipt that the program took',
      row('sent', '1'),
      sent(['1']),
      { receiptsTakenAndLost: 1 },
    ],
    [
      'a row that stays sent, whose receipt nobody took, has lost none',
      row('sent', '1'),
      sent(['1'], 0),
      { receiptsPushedInVain: 1 },
    ],
    [
      'a row that says that it does not know is in doubt, and not false',
      row('unknown'),
      sent(['1']),
      { rowsInDoubt: 1 },
    ],
  ])('%s', (_title, said, did, expected) => {
    expect(count(said, did)).toEqual({ ...NOTHING, ...expected });
  });
});
