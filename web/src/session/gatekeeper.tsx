import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment } from 'react';
import { Outlet, useLocation } from 'react-router';
import { answered, api } from '../api/client';
import { meQuery, personOf, welcome } from '../api/me';
import { asProblem } from '../api/problem';
import { setupQuery } from '../api/setup';
import { Failed, Loading } from '../states/page-states';
import { Entrance } from './entrance';
import { linkPart } from './link-part';
import { LoginPage } from './login-page';
import { SetupPage } from './setup-page';
import { useTranslation } from 'react-i18next';

/** Lets people in who are known. The address stays, so that whoever logs in is where the link led. */
export function Gatekeeper() {
  const ticket = linkPart('ticket');
  const client = useQueryClient();
  const visitor = useQuery({
    queryKey: ['ticket'],
    queryFn: async () => {
      // Good once: whatever comes of it, it is not tried again.
      const me = await answered(api.POST('/v1/login', { body: { key: ticket } })).catch(() => null);
      if (me !== null) welcome(client, me);
      return me !== null;
    },
    enabled: ticket !== undefined,
    staleTime: Infinity,
    retry: false,
  });
  const { t } = useTranslation('session');
  const { pathname } = useLocation();
  const me = useQuery({ ...meQuery, enabled: ticket === undefined || visitor.isFetched });
  const isStranger = me.error !== null && asProblem(me.error).status === 401;
  const setup = useQuery({ ...setupQuery, enabled: isStranger });
  // Another person gets another page: what one has typed or opened is not the next one's.
  if (me.data !== undefined)
    return (
      <Fragment key={personOf(me.data)}>
        <Outlet />
      </Fragment>
    );
  if (
    (ticket !== undefined && visitor.isPending) ||
    me.isPending ||
    (isStranger && setup.isPending)
  )
    return <Loading lines={0} />;
  if (!isStranger || setup.error !== null)
    return (
      <Entrance title={t('title')}>
        <Failed error={setup.error ?? me.error} onRetry={() => void me.refetch()} />
      </Entrance>
    );
  // Where passwords are off, the first admin too may come from the identity provider.
  const isFirst = setup.data?.needed === true && setup.data.passwordLogin;
  return isFirst && pathname !== '/login' ? <SetupPage /> : <LoginPage />;
}
