import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts';
import { answered, api } from '../api/client';
import { moment } from '../format/times';
import { PhoneCard } from '../phone-card/phone-card';

const EVERY_MS = 2_000;

/** The pretended phone of somebody in the pretended WeChat, with the message that has just arrived. */
export function PhoneInbox({
  appid,
  openid,
  name,
}: {
  readonly appid: string;
  readonly openid: string;
  readonly name: string;
}) {
  const { t } = useTranslation('compose');
  const account = useAccounts().find((each) => each.appid === appid);
  const { data } = useQuery({
    queryKey: ['sandbox-inbox', appid, openid],
    queryFn: () =>
      answered(
        api.GET('/v1/accounts/{appid}/sandbox/inbox', {
          params: { path: { appid }, query: { openid } },
        }),
      ),
    refetchInterval: EVERY_MS,
  });
  const latest = data?.items[0];
  return (
    <div className="stack">
      <h3>{t('test.inbox', { name })}</h3>
      {latest === undefined ? (
        <p className="quiet">{t('test.inboxEmpty')}</p>
      ) : (
        <PhoneCard
          account={account ?? { name: appid }}
          title={latest.title}
          time={moment(latest.at)}
          fields={latest.rows.map(({ label }, index) => ({
            name: String(index),
            label,
            type: '',
            limit: null,
            shown: true,
            reason: null,
          }))}
          values={Object.fromEntries(latest.rows.map(({ value }, index) => [index, value]))}
          opens={latest.url !== null || latest.miniprogram !== null}
        />
      )}
    </div>
  );
}
