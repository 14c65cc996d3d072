import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useChosenAccount } from '../api/accounts';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { count } from '../format/numbers';

const EVERY_MS = 30_000;

/** What the chosen account may still send today; nothing where nobody knows the limit. */
export function QuotaLeft() {
  const { t } = useTranslation();
  const account = useChosenAccount();
  const appid = account?.appid ?? '';
  const mayRead = useMay('account.read', appid);
  const { data } = useQuery({
    queryKey: ['accounts', appid, 'quota'],
    queryFn: () => answered(api.GET('/v1/accounts/{appid}/quota', { params: { path: { appid } } })),
    enabled: account !== undefined && mayRead,
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS,
    retry: false,
  });
  if (data === undefined || data.left === null) return null;
  return (
    <span className="quota-left num">{t('account.quotaLeft', { left: count(data.left) })}</span>
  );
}
