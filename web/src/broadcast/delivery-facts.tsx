import { useTranslation } from 'react-i18next';
import { CopyButton } from '../format/copy-button';
import { at } from '../format/times';
import { deliveryName } from '../states/inks';
import { reasonOf } from '../states/reason';
import { ReasonWords } from '../states/reason-words';
import { DeliveryTag } from '../states/state-tag';
import type { Delivery } from '../api/deliveries';

/** Everything that is known of one recipient's message, by the moments in which it became known. */
export function DeliveryFacts({
  delivery,
  closed,
}: {
  readonly delivery: Delivery;
  readonly closed: boolean;
}) {
  const { t } = useTranslation(['broadcast', 'states']);
  const name = deliveryName(delivery.state);
  const moments = [
    ['queued', delivery.queuedAt],
    ['claimed', delivery.claimedAt],
    ['reviewed', delivery.reviewedAt],
    ['settled', delivery.settledAt],
    ['receipt', delivery.receiptAt],
    ['doubt', delivery.inDoubtSince],
    ['again', delivery.notBefore],
  ] as const;
  return (
    <div className="stack">
      <p className="row">
        <span className="code">{delivery.openid}</span> <CopyButton text={delivery.openid} />
      </p>
      <p>
        <DeliveryTag state={name} closed={closed} />
      </p>
      {/* Where the reason is known, it tells what its state alone would. */}
      <p className="secondary">
        {reasonOf(delivery) ? <ReasonWords delivery={delivery} /> : t(`states:tip.${name}`)}
      </p>
      <dl className="facts num">
        {moments.map(([moment, time]) =>
          time === null ? null : (
            <Fact key={moment} name={t(`deliveries.moments.${moment}`)}>
              {at(time)}
            </Fact>
          ),
        )}
        <Fact name={t('deliveries.attempts')}>{delivery.attempts}</Fact>
        {delivery.msgid !== null && (
          <Fact name="msgid">
            <span className="code">{delivery.msgid}</span> <CopyButton text={delivery.msgid} />
          </Fact>
        )}
        {delivery.rid !== null && (
          <Fact name="rid">
            <span className="code">{delivery.rid}</span> <CopyButton text={delivery.rid} />
          </Fact>
        )}
      </dl>
    </div>
  );
}

const Fact = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: React.ReactNode;
}) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);
