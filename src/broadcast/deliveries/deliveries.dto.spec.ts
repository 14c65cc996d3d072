import { toDeliveryView } from './deliveries.dto.js';
import type { DeliveryRow } from './delivery.statements.js';

describe('deliveries.dto', () => {
  const since = new Date('2026-11-30T08:00:00.000Z');

  it.each([
    ['pending', since.toISOString()],
    ['sending', since.toISOString()],
    ['unknown', since.toISOString()],
    ['accepted', null],
    ['delivered', null],
    ['refused', null],
  ])('a delivery as it is shown that is %s was in doubt since %s', (state, shown) => {
    const row = { state, errcode: null, in_doubt_since: since } as DeliveryRow;
    expect(toDeliveryView(row).inDoubtSince).toBe(shown);
  });
});
