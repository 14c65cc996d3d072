import { useTranslation } from 'react-i18next';
import { DELIVERY, type DeliveryName, SHOWN, type ShownName } from './inks';
import './states.css';

const WAITING = ['quota', 'hours', 'canary', 'account', 'wechat'] as const;

/** The state of a broadcast: what it is, and what it waits for. */
export function ShownTag({
  shown,
}: {
  readonly shown: { readonly state: ShownName; readonly reason?: string | null };
}) {
  const { t } = useTranslation('states');
  const { ink, icon } = SHOWN[shown.state];
  const reason = WAITING.find((each) => each === shown.reason);
  return (
    <span className="state-tag" data-ink={ink}>
      <span aria-hidden="true">{icon}</span>
      {shown.state === 'waiting' && reason ? t(`waiting.${reason}`) : t(`shown.${shown.state}`)}
    </span>
  );
}

/** What became of one recipient. */
export function DeliveryTag({
  state,
  closed,
}: {
  readonly state: DeliveryName;
  readonly closed?: boolean;
}) {
  const { t } = useTranslation('states');
  const { ink, icon } = DELIVERY[state];
  return (
    <span className="state-tag" data-ink={ink}>
      <span aria-hidden="true">{icon}</span>
      {state === 'accepted' && closed ? t('noReceipt') : t(`delivery.${state}`)}
    </span>
  );
}
