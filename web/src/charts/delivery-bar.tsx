import { useTranslation } from 'react-i18next';
import { count, percent } from '../format/numbers';
import { DELIVERY, DELIVERY_ORDER, type DeliveryName } from '../states/inks';
import { type Tally, totalOf } from './tally';
import './delivery-bar.css';

/**
 * One bar of every state, in colours and patterns that stand apart for anybody. A picture with one sentence: the same
 * figures stand beside it as text.
 */
export function DeliveryBar({
  tally,
  expanded = true,
  slim,
}: {
  readonly tally: Tally;
  /** Whether the audience has been read to its end; before that nobody knows the whole. */
  readonly expanded?: boolean;
  readonly slim?: boolean;
}) {
  const { t } = useTranslation('states');
  const total = totalOf(tally);
  const parts = DELIVERY_ORDER.filter((name) => name !== 'pending' && tally[name] > 0);
  const told = DELIVERY_ORDER.filter((name) => tally[name] > 0)
    .map((name) => {
      const share = expanded ? ` (${percent(tally[name], total)})` : '';
      return `${t(`delivery.${name}`)} ${count(tally[name])}${share}`;
    })
    .join(', ');
  return (
    <div
      className="delivery-bar"
      data-slim={slim || undefined}
      data-open={!expanded || undefined}
      role="img"
      aria-label={told || t('delivery.pending')}
    >
      {parts.map((name) => (
        <span
          key={name}
          className="delivery-part"
          data-state={name}
          style={{ flexGrow: tally[name] }}
        />
      ))}
      {(tally.pending > 0 || total === 0 || !expanded) && (
        <span className="delivery-rest" style={{ flexGrow: Math.max(tally.pending, 1) }} />
      )}
    </div>
  );
}

/** The key to a pattern, for legends and tables. */
export const Swatch = ({ state }: { readonly state: DeliveryName }) => (
  <span
    className={state === 'pending' ? 'swatch delivery-rest' : 'swatch delivery-part'}
    data-state={state}
    data-ink={DELIVERY[state].ink}
    aria-hidden="true"
  />
);
