import { DELIVERY_ORDER, deliveryName, type DeliveryName } from '../states/inks';
import { afterStop } from './after-stop';

/** What became of all recipients, in the states that people know. */
export type Tally = Readonly<Record<DeliveryName, number>>;

export function tallyOf(counts: Readonly<Record<string, number>>): Tally {
  const tally = Object.fromEntries(DELIVERY_ORDER.map((name) => [name, 0])) as Record<
    DeliveryName,
    number
  >;
  for (const [state, value] of Object.entries(counts)) tally[deliveryName(state)] += value;
  return tally;
}

/** The same of a whole broadcast, as it stands. */
export const tallyOfBroadcast = ({
  counts,
  shown,
}: {
  readonly counts: Readonly<Record<string, number>>;
  readonly shown: { readonly state: string };
}): Tally => afterStop(tallyOf(counts), shown.state);

export const totalOf = (tally: Tally): number =>
  DELIVERY_ORDER.reduce((sum, name) => sum + tally[name], 0);

/** Those who were handed to WeChat or left out: nothing of ours is still to come. */
export const handledOf = (tally: Tally): number => totalOf(tally) - tally.pending - tally.sending;

/** Those who were handed to WeChat. Of what was stopped it says more than those who were left out with it. */
export const sentOf = (tally: Tally): number => handledOf(tally) - tally.skipped;

/** Those about whom nothing more is to come: no open state, and no receipt that is still awaited. */
export const settledOf = (tally: Tally, receiptsOpen: number): number =>
  Math.max(0, handledOf(tally) - receiptsOpen);
