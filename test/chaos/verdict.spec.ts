import type { OpenidLedger } from '../../src/simulator/ledger/ledger-page.js';
import type { DeliveryFact, Facts } from './facts.js';
import type { Excuses } from './receipt-fate.js';
import { judge } from './verdict.js';

const OPENID = 'og5QMhAV2m7jAGWe_-qJnZS0ncL9';
const BACKED_UP = '2026-11-21T13:01:20.000Z';
const SENT = '2026-11-21T13:01:28.930Z';
const RESTORED = '2026-11-21T13:01:42.000Z';

const forgotten = { from: new Date(BACKED_UP), until: new Date(RESTORED) };
const skipped: DeliveryFact = {
  openid: OPENID,
  state: 'skipped',
  msgid: null,
  attempts: 0,
  errcode: null,
  detail: 'suppressed',
};

/** A broadcast to one person, whose row is given, and to whom WeChat delivered at the given times. */
function facts(
  row: DeliveryFact,
  sentAt: readonly string[],
  more: {
    readonly status?: string;
    readonly forgotten?: Facts['forgotten'];
    readonly receipts?: readonly string[];
  } = {},
): Facts {
  const { status = 'failed:user block', forgotten: lost, receipts = [] } = more;
  const messages = sentAt.map((acceptedAt, n) => ({
    msgid: String(n + 1),
    status,
    acceptedAt,
    receiptsAnswered: 1,
  }));
  const entry = { openid: OPENID, seen: 0, duplicate: false, messages };
  return {
    appid: 'wx00000000000000c1',
    shown: {
      id: '1',
      state: 'finished',
      expanded: true,
      total: 1,
      counts: { [row.state]: 1 },
      receiptsOpen: 0,
      holds: [],
      errors: [],
    },
    rows: [row],
    problems: { [row.state]: 1 },
    followers: [OPENID],
    ledger: new Map([[OPENID, entry as unknown as OpenidLedger]]),
    forgotten: lost,
    speed: { rate: 10, peak: 10 },
    receipts: new Set(receipts),
    triesOf: () => [],
    pushesOpen: 0,
  };
}

const NO_EXCUSES: Excuses = { queue: 'redis', outages: [], losses: [], answers: [] };
const violations = (given: Facts): readonly string[] => judge(given, NO_EXCUSES).violations;

describe('the verdict on a recipient who was passed over, and had been sent the message', () => {
  it('is a violation', () => {
    expect(violations(facts(skipped, [SENT]))).toEqual([
      expect.stringContaining('a skipped row was sent'),
    ]);
  });

  it('is well where a restored database had forgotten it before the receipt told of the block', () => {
    const { violations: broken, skippedForgotten } = judge(
      facts(skipped, [SENT], { forgotten }),
      NO_EXCUSES,
    );
    expect(broken).toEqual([]);
    expect(skippedForgotten).toBe(1);
  });

  it.each([
    ['it went out before the back-up', skipped, '2026-11-21T13:01:19.999Z', 'failed:user block'],
    ['it went out after the restore', skipped, '2026-11-21T13:01:42.001Z', 'failed:user block'],
    ['nobody blocks', skipped, SENT, 'success'],
    ['the row knows of an attempt', { ...skipped, attempts: 1 }, SENT, 'failed:user block'],
    ['it was passed over by a cancel', { ...skipped, detail: null }, SENT, 'failed:user block'],
    ['the row says refused', { ...skipped, state: 'refused' }, SENT, 'failed:user block'],
  ])('is a violation after a restore too where %s', (_why, row, sentAt, status) => {
    expect(violations(facts(row, [sentAt], { status, forgotten }))).toEqual([
      expect.stringContaining('row was sent'),
    ]);
  });

  it('is a violation after a restore too where it went out twice', () => {
    expect(violations(facts(skipped, [SENT, SENT], { forgotten }))).toEqual([
      expect.stringContaining('sent it more than once'),
    ]);
  });
});
