import fc from 'fast-check';
import { grantAfter, type KnownGrant } from './grant-after.js';

const at = (second: number): Date => new Date(second * 1_000);
const NOTHING: KnownGrant = { count: 0, voidUntil: null, owed: 0, owedAt: null };
const after = (
  known: Partial<KnownGrant>,
  accepted: number[],
  rejected: { at: number; later: number } | null = null,
): KnownGrant =>
  grantAfter(
    { ...NOTHING, ...known },
    {
      accepted: accepted.map((second) => ({ at: at(second), times: 1 })),
      rejected: rejected && { at: at(rejected.at), later: rejected.later },
    },
  );

describe('grant-after', () => {
  it('a grant grows by each acceptance after the last rejection', () => {
    expect(after({ count: 2 }, [5, 6])).toMatchObject({ count: 4 });
    expect(after({ count: 2, voidUntil: at(5) }, [4, 5, 6])).toMatchObject({ count: 3 });
  });

  it('a grant is gone with a rejection, but for what was accepted after it', () => {
    expect(after({ count: 3 }, [], { at: 9, later: 0 })).toMatchObject({
      count: 0,
      voidUntil: at(9),
    });
    // Of three acceptances two came after it; one send has spent the oldest.
    expect(after({ count: 2 }, [], { at: 5, later: 2 })).toMatchObject({ count: 2 });
    expect(after({ count: 1 }, [], { at: 5, later: 2 })).toMatchObject({ count: 1 });
  });

  it('a grant is left alone by a rejection that is older than the last', () => {
    expect(after({ count: 1, voidUntil: at(9) }, [], { at: 9, later: 0 })).toMatchObject({
      count: 1,
      voidUntil: at(9),
    });
  });

  it('a grant pays for a send that was accepted before its push came', () => {
    const known = { owed: 1, owedAt: at(10) };
    expect(after(known, [9])).toMatchObject({ count: 0, owed: 0 });
    expect(after(known, [11])).toMatchObject({ count: 1, owed: 1 });
    expect(after(known, [8, 9])).toMatchObject({ count: 1, owed: 0 });
    expect(after(known, [], { at: 12, later: 0 })).toMatchObject({ count: 0, owed: 0 });
  });

  it('a grant ends the same in whatever order its pushes come', () => {
    const event = fc.record({ at: fc.integer({ min: 1, max: 12 }), accepted: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const stored = new Set<number>();
        const accepted = new Set<number>();
        let lastRejection = 0;
        let known = NOTHING;
        for (const { at: second, accepted: isAcceptance } of events) {
          if (isAcceptance) {
            known = after(known, stored.has(second) ? [] : [second]);
            stored.add(second);
            accepted.add(second);
          } else {
            const later = [...stored].filter((one) => one > second).length;
            known = after(known, [], { at: second, later });
            lastRejection = Math.max(lastRejection, second);
          }
        }
        expect(known.count).toBe([...accepted].filter((one) => one > lastRejection).length);
      }),
      { numRuns: 1_000 },
    );
  });
});
