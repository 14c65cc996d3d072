import type { OpenidLedger } from '../../../src/simulator/reports/ledger-page.js';
import type { ReviewView } from '../../../src/simulator/reviews/review.js';
import type { DeliveryRow, Facts } from './facts.js';
import type { Excuses } from './missing-receipt.js';
import { judge } from './verdict.js';

const OPENID = 'og5QMhAV2m7jAGWe_-qJnZS0ncL9';
const BACKED_UP = '2026-11-21T13:01:20.000Z';
const SENT = '2026-11-21T13:01:28.930Z';
const RESTORED = '2026-11-21T13:01:42.000Z';

const forgotten = { from: new Date(BACKED_UP), until: new Date(RESTORED) };
const skipped: DeliveryRow = {
  openid: OPENID,
  state: 'skipped',
  msgid: null,
  attempts: 0,
  errcode: null,
  detail: 'suppressed',
};

/** A broadcast to one person, with the given row. WeChat delivered at the given times. */
function facts(
  row: DeliveryRow,
  sentAt: readonly string[],
  more: {
    readonly status?: string;
    readonly forgotten?: Facts['forgotten'];
    readonly receipts?: readonly string[];
    readonly review?: Pick<ReviewView, 'state' | 'end'> & Partial<ReviewView>;
    readonly othersSend?: boolean;
  } = {},
): Facts {
  const { status = 'failed:user block', forgotten: lost, receipts = [], review } = more;
  const messages = sentAt.map((acceptedAt, n) => ({
    msgid: String(n + 1),
    status,
    acceptedAt,
    receiptsAnswered: 1,
  }));
  const entry = { openid: OPENID, seen: 0, duplicate: false, messages };
  return {
    appid: 'wx00000000000000c1',
    broadcast: {
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
    reviews: new Map(review ? [[OPENID, review as ReviewView]] : []),
    othersSend: more.othersSend ?? false,
    forgotten: lost,
    speed: { rate: 10, peak: 10 },
    receipts: new Set(receipts),
    triesOf: () => [],
    pendingPushes: 0,
  };
}

const NO_EXCUSES: Excuses = { queue: 'redis', outages: [], losses: [], answers: [] };
const violations = (given: Facts): readonly string[] => judge(given, NO_EXCUSES).violations;

describe('the verdict on a recipient who was passed over, and had been sent the message', () => {
  it('a skipped recipient who was sent the message is a violation', () => {
    expect(violations(facts(skipped, [SENT]))).toEqual([
      expect.stringContaining('a skipped row was sent'),
    ]);
  });

  it('a skipped recipient is well if a restored database had forgotten the message before the receipt told of the block', () => {
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
  ])(
    'a skipped recipient who was sent the message is a violation after a restore too where %s',
    (_why, row, sentAt, status) => {
      expect(violations(facts(row, [sentAt], { status, forgotten }))).toEqual([
        expect.stringContaining('row was sent'),
      ]);
    },
  );

  it('a skipped recipient is a violation after a restore too where the message went out twice', () => {
    expect(violations(facts(skipped, [SENT, SENT], { forgotten }))).toEqual([
      expect.stringContaining('sent it more than once'),
    ]);
  });
});

describe("the verdict on a recipient whose message WeChat's review has", () => {
  const reviewing: DeliveryRow = {
    ...skipped,
    state: 'reviewing',
    attempts: 1,
    errcode: 40252,
    detail: null,
  };
  const said = (row: DeliveryRow, sentAt: readonly string[], more: Parameters<typeof facts>[2]) =>
    violations(facts(row, sentAt, { status: 'success', ...more }));

  it('a row under review is well if the message passed without a receipt', () => {
    expect(said(reviewing, [SENT], { review: { state: 'passed', end: 'silent' } })).toEqual([]);
  });

  it('a row under review is a violation without a review, with a decided one, and beside its receipt', () => {
    expect(said(reviewing, [], {})).toEqual([expect.stringContaining('never reviewed')]);
    const refused = { state: 'refused', end: 'refused' } as const;
    expect(said(reviewing, [], { review: refused })).toEqual([
      expect.stringContaining('WeChat refused it'),
    ]);
    const passed = { review: { state: 'passed', end: 'passes' }, receipts: ['1'] } as const;
    expect(said(reviewing, [SENT], passed)).toEqual([
      expect.stringContaining('beside its receipt'),
    ]);
    expect(said(reviewing, [SENT], { ...passed, othersSend: true })).toEqual([]);
    expect(said({ ...reviewing, msgid: '1' }, [SENT], { ...passed, othersSend: true })).toEqual([
      expect.stringContaining('beside its receipt'),
    ]);
  });

  it('a row under review that WeChat refused is well only if a restored database forgot it', () => {
    const refused = { state: 'refused', end: 'refused' } as const;
    const at = (takenAt: string) => ({ review: { ...refused, takenAt }, forgotten });
    expect(said(reviewing, [], at(SENT))).toEqual([]);
    expect(said(reviewing, [], at('2026-11-21T13:01:43.000Z'))).toEqual([
      expect.stringContaining('WeChat refused it'),
    ]);
  });

  it('a review that was given up early, or called intercepted though it passed, is a violation', () => {
    const passed = { review: { state: 'passed', end: 'passes' } } as const;
    expect(said({ ...reviewing, state: 'unknown', attempts: 2 }, [SENT], passed)).toEqual([
      expect.stringContaining('given up before its time'),
    ]);
    const intercepted = { ...reviewing, state: 'refused', detail: 'intercepted' };
    expect(said(intercepted, [SENT], passed)).toEqual([expect.stringContaining('and was not')]);
    expect(said(intercepted, [], { review: { state: 'refused', end: 'refused' } })).toEqual([]);
  });
});
