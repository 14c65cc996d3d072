import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { templateQuery } from '../api/templates';
import { count } from '../format/numbers';
import { at } from '../format/times';
import { labelOf } from '../phone-card/card-rows';
import { inTemplateOrder } from '../phone-card/in-template-order';
import { useBroadcastOfPage } from './broadcast-page';

/** What everybody receives, and by which settings. */
export function ContentTab() {
  const { t } = useTranslation('broadcast');
  const broadcast = useBroadcastOfPage();
  const { fields, url, miniprogram, template, templateId, sendHours, canary } = broadcast;
  const { data } = useQuery({
    ...templateQuery(broadcast.appid, templateId),
    enabled: templateId !== '',
  });
  const labels = new Map(data?.fields.map(({ name, label }) => [name, labelOf(label)]));
  const time = (moment: string | null): string => (moment === null ? '—' : at(moment));
  return (
    <div className="two-columns">
      <section className="card" aria-labelledby="content-title">
        <header className="card-head">
          <h2 id="content-title">{t('content.title')}</h2>
        </header>
        <dl className="facts card-body">
          <dt>{t('content.template')}</dt>
          <dd>
            {template.title ?? '—'} <span className="code quiet">{templateId}</span>
          </dd>
          {inTemplateOrder(fields, data?.fields ?? []).map(([name, value]) => (
            <Row key={name} name={name} label={labels.get(name)} value={value} />
          ))}
          <dt>{t('content.url')}</dt>
          <dd>
            {miniprogram
              ? t('content.miniprogram', { appid: String(miniprogram['appid']) })
              : (url ?? t('content.noUrl'))}
          </dd>
        </dl>
      </section>
      <section className="card" aria-labelledby="settings-title">
        <header className="card-head">
          <h2 id="settings-title">{t('content.settings')}</h2>
        </header>
        <dl className="facts card-body num">
          <dt>{t('content.audience')}</dt>
          <dd>
            <Audience broadcast={broadcast} />
          </dd>
          <dt>{t('content.startAt')}</dt>
          <dd>{broadcast.startAt === null ? t('content.manual') : at(broadcast.startAt)}</dd>
          <dt>{t('content.hours')}</dt>
          <dd>{sendHours === null ? t('content.anyTime') : `${sendHours.from}–${sendHours.to}`}</dd>
          <dt>{t('content.canary')}</dt>
          <dd>
            {canary === null
              ? t('content.noCanary')
              : canary.first
                ? t('content.canaryFirst', { n: count(canary.first) })
                : t('content.canaryShare', { n: canary.percent ?? 0 })}
          </dd>
          <dt>{t('content.rate')}</dt>
          <dd>
            {broadcast.sendsPerSecond === null
              ? t('content.accountRate')
              : t('rate', { rate: count(broadcast.sendsPerSecond) })}
          </dd>
          <dt>{t('content.created')}</dt>
          <dd>{time(broadcast.createdAt)}</dd>
          <dt>{t('content.started')}</dt>
          <dd>{time(broadcast.startedAt)}</dd>
          <dt>{t('content.ended')}</dt>
          <dd>{time(broadcast.endedAt)}</dd>
        </dl>
      </section>
    </div>
  );
}

/** Under the word that its template has for it, where WeChat still tells that. */
const Row = ({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string | undefined;
  readonly value: string;
}) => (
  <>
    <dt>
      {label} <span className="code">{name}</span>
    </dt>
    <dd dir="auto">{value}</dd>
  </>
);

function Audience({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const { kind, count: named } = broadcast.audience as { kind: string; count?: number };
  switch (kind) {
    case 'all':
    case 'granted':
    case 'hasFormId':
    case 'tags':
    case 'upload':
    case 'saved':
    case 'broadcast':
    case 'remaining':
    case 'union':
      return <>{t(`content.${kind}`)}</>;
    case 'openids':
      return <>{t('content.openids', { n: count(named ?? broadcast.total) })}</>;
    default:
      return <>{t('content.otherKind', { kind })}</>;
  }
}
