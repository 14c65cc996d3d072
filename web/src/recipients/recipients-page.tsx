import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { type Account, useChosenAccount } from '../api/accounts';
import { answered, api } from '../api/client';
import { asProblem } from '../api/problem';
import type { components } from '../api/schema';
import { CopyButton } from '../format/copy-button';
import { formText } from '../format/form-text';
import { moment } from '../format/times';
import { PickAccount } from '../shell/pick-account';
import { useTitle } from '../shell/use-title';
import { deliveryName } from '../states/inks';
import { Empty, Shown } from '../states/page-states';
import { reasonOf } from '../states/reason';
import { ReasonWords } from '../states/reason-words';
import { DeliveryTag } from '../states/state-tag';
import './recipients.css';

type Delivery = components['schemas']['HistoryView'];

const OPENID = /^[\w-]{1,64}$/;
const PAGE = 20;

/** The question of customer service: did this person get it? The openid stands after `#`, which nobody is sent. */
export function RecipientsPage() {
  const { t } = useTranslation('recipients');
  const account = useChosenAccount();
  const { hash, pathname, search } = useLocation();
  const navigate = useNavigate();
  const [isBad, setIsBad] = useState(false);
  const openid = hash.slice(1);
  useTitle(t('title'));
  const find = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = formText(new FormData(event.currentTarget), 'openid').trim();
    setIsBad(!OPENID.test(text));
    if (OPENID.test(text)) void navigate({ pathname, search, hash: `#${text}` });
  };
  return (
    <div className="page narrow">
      <div className="page-head">
        <div className="grow">
          <h1>{t('title')}</h1>
          <p>{t('lead')}</p>
        </div>
      </div>
      {account === undefined ? (
        <PickAccount>{t('pick')}</PickAccount>
      ) : (
        <>
          <form className="card find-form" onSubmit={find} key={openid}>
            <div className="field grow">
              <label htmlFor="find-openid">{t('openid')}</label>
              <input
                id="find-openid"
                name="openid"
                className="input code"
                defaultValue={openid}
                autoComplete="off"
                spellCheck={false}
                aria-invalid={isBad}
                aria-describedby="find-hint"
              />
              <p className={isBad ? 'fault' : 'hint'} id="find-hint">
                {isBad ? t('bad') : t('hint')}
              </p>
            </div>
            <Button type="primary" htmlType="submit">
              {t('find')}
            </Button>
          </form>
          {OPENID.test(openid) && <Person account={account} openid={openid} />}
        </>
      )}
    </div>
  );
}

function Person({ account, openid }: { readonly account: Account; readonly openid: string }) {
  const { t } = useTranslation(['recipients', 'shell']);
  const { appid } = account;
  const path = { appid, openid };
  const follower = useQuery({
    queryKey: ['person', appid, openid],
    queryFn: () =>
      answered(api.GET('/v1/accounts/{appid}/followers/{openid}', { params: { path } })),
    retry: false,
  });
  const history = useInfiniteQuery({
    queryKey: ['person', appid, openid, 'deliveries'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/accounts/{appid}/followers/{openid}/deliveries', {
          params: { path, query: { limit: PAGE, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const isUnknown = follower.error !== null && asProblem(follower.error).status === 404;
  return (
    <>
      <p className="row">
        <span className="code">{openid}</span> <CopyButton text={openid} />
        {isUnknown && <span className="label">{t('unknownFollower')}</span>}
        {follower.data && (
          <span className="label">
            {follower.data.subscribed ? t('subscribed') : t('unsubscribed')}
          </span>
        )}
      </p>
      <Shown of={history}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0)
            return (
              <div className="card">
                <Empty text={t('none')} />
              </div>
            );
          return (
            <ol className="stack">
              {items.map((delivery) => (
                <DeliveryCard key={delivery.broadcastId} delivery={delivery} account={account} />
              ))}
            </ol>
          );
        }}
      </Shown>
      {history.hasNextPage && (
        <p>
          <Button loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            {t('shell:states.more')}
          </Button>
        </p>
      )}
    </>
  );
}

function DeliveryCard({
  delivery,
  account,
}: {
  readonly delivery: Delivery;
  readonly account: Account;
}) {
  const { t } = useTranslation('recipients');
  const state = deliveryName(delivery.state);
  const at = delivery.receiptAt ?? delivery.settledAt ?? delivery.broadcastCreatedAt;
  const sentence = t(`sentence.${state}`, { time: moment(at), account: account.name });
  const isPart = delivery.purpose === 'test' || delivery.purpose === 'single';
  return (
    <li className="card delivery">
      <div className="row">
        {delivery.purpose === 'single' ? (
          <strong>{delivery.broadcastName ?? t('purpose.single')}</strong>
        ) : (
          <Link to={`/broadcasts/${delivery.broadcastId}`}>
            <strong>{delivery.broadcastName ?? t('unnamed')}</strong>
          </Link>
        )}
        {isPart && (
          <span className="label">{t(`purpose.${delivery.purpose as 'test' | 'single'}`)}</span>
        )}
        <DeliveryTag state={state} />
        <span className="quiet small num delivery-time">
          {delivery.settledAt && t('sent', { time: moment(delivery.settledAt) })}
          {delivery.receiptAt && <> · {t('receipt', { time: moment(delivery.receiptAt) })}</>}
        </span>
      </div>
      {reasonOf(delivery) && (
        <p className="secondary">
          <ReasonWords delivery={delivery} />
        </p>
      )}
      <blockquote className="say">
        <p className="quiet small">{t('say')}</p>
        <p>
          {sentence} <CopyButton text={sentence} />
        </p>
      </blockquote>
      {(delivery.errcode !== null || delivery.rid !== null) && (
        <details className="small">
          <summary className="quiet">{t('details')}</summary>
          <p className="secondary">
            {t('tries', { n: delivery.attempts })}
            {delivery.rid !== null && (
              <>
                {' · rid '}
                <span className="code">{delivery.rid}</span> <CopyButton text={delivery.rid} />
              </>
            )}
          </p>
        </details>
      )}
    </li>
  );
}
