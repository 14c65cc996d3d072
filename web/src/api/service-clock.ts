/** A smaller difference may be the way of the answer, or the second that its `Date` leaves out. */
const NOTED_MS = 2_000;
let ahead = 0;

/** Notes the service's clock by the `Date` of an answer. Clocks of office computers are minutes wrong. */
export function noteServiceTime(date: string | null): void {
  const told = date === null ? Number.NaN : Date.parse(date) + 500;
  if (Number.isNaN(told)) return;
  const found = told - Date.now();
  ahead = Math.abs(found) < NOTED_MS ? 0 : found;
}

/** The service's present, in milliseconds: what ends at a moment that it has named is counted down by this. */
export const serviceNow = (): number => Date.now() + ahead;
