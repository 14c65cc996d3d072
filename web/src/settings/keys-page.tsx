import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import type { components } from '../api/schema';
import { formText } from '../format/form-text';
import { NumberInput } from '../format/number-input';
import { day, moment } from '../format/times';
import { typedNumber } from '../format/typed-number';
import { useTitle } from '../shell/use-title';
import { Empty, Shown } from '../states/page-states';
import { type Grant, Grants } from './grants';
import { GrantsEditor } from './grants-editor';
import { keptOpen } from './kept-open';
import { RotateKey } from './rotate-key';
import { SecretShown } from './secret-shown';

type ApiKey = components['schemas']['ApiKeyView'];
const PAGE = 50;
const DAY_MS = 86_400_000;
/** A century is longer than any program. */
const DAYS = { least: 1, most: 36_500 };

type Dialog = 'new' | { readonly act: 'rotate' | 'revoke'; readonly key: ApiKey };

/** Keys of scripts and other systems. */
export function KeysPage() {
  const { t } = useTranslation(['settings', 'shell']);
  const [dialog, setDialog] = useState<Dialog>();
  useTitle(t('keys.title'));
  const read = useInfiniteQuery({
    queryKey: ['api-keys'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/api-keys', {
          params: { query: { limit: PAGE, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <section className="card" aria-labelledby="keys-title">
      <header className="card-head">
        <div className="grow-head">
          <h2 id="keys-title">{t('keys.title')}</h2>
          <p className="quiet small">{t('keys.lead')}</p>
        </div>
        <Button type="primary" onClick={() => setDialog('new')}>
          {t('keys.add')}
        </Button>
      </header>
      <Shown of={read}>
        {({ pages }) => {
          const keys = pages.flatMap(({ items }) => items);
          if (keys.length === 0) return <Empty text={t('keys.none')} />;
          return (
            <div className="table-scroll">
              <table className="table phone-cut-2 phone-cut-4 phone-cut-5">
                <thead>
                  <tr>
                    {(['name', 'prefix', 'rights', 'last', 'expires'] as const).map((column) => (
                      <th key={column} scope="col">
                        {t(`keys.${column}`)}
                      </th>
                    ))}
                    <th scope="col">
                      <span className="visually-hidden">{t('keys.verbs')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {keys.map((key) => (
                    <tr key={key.id}>
                      <th scope="row">
                        <strong>{key.name}</strong>{' '}
                        {key.bootstrap && <span className="label">{t('keys.bootstrap')}</span>}
                      </th>
                      <td>
                        <span className="code">{key.prefix === null ? '—' : `${key.prefix}…`}</span>
                        {key.formerUntil !== null && (
                          <span className="key-former small quiet">
                            {t('keys.formerGood', { time: moment(key.formerUntil) })}
                          </span>
                        )}
                      </td>
                      <td>
                        <Grants grants={key.grants} />
                      </td>
                      <td className="nowrap">
                        {key.lastUsedAt === null ? t('keys.never') : moment(key.lastUsedAt)}
                      </td>
                      <td className="nowrap">
                        {key.expiresAt === null ? t('keys.noExpiry') : day(key.expiresAt)}
                      </td>
                      <td className="end">
                        <span className="key-verbs">
                          <Button size="small" onClick={() => setDialog({ act: 'rotate', key })}>
                            {t('keys.rotate')}
                          </Button>
                          {!key.bootstrap && (
                            <Button
                              size="small"
                              danger
                              onClick={() => setDialog({ act: 'revoke', key })}
                            >
                              {t('keys.revoke')}
                            </Button>
                          )}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Shown>
      {read.hasNextPage && (
        <p className="card-body">
          <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            {t('shell:states.more')}
          </Button>
        </p>
      )}
      {dialog === 'new' && <NewKey onClose={() => setDialog(undefined)} />}
      {typeof dialog === 'object' && dialog.act === 'revoke' && (
        <Revoke apiKey={dialog.key} onClose={() => setDialog(undefined)} />
      )}
      {typeof dialog === 'object' && dialog.act === 'rotate' && (
        <RotateKey apiKey={dialog.key} onClose={() => setDialog(undefined)} />
      )}
    </section>
  );
}

function NewKey({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const id = useId();
  const [grants, setGrants] = useState<readonly Grant[]>([{ role: 'sender', appids: null }]);
  const [days, setDays] = useState('');
  const [made, setMade] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const create = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { value } = typedNumber(days, DAYS);
    // What is no number of days is told below it, and makes no key without an end.
    if (value === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const { key } = await answered(
        api.POST('/v1/api-keys', {
          body: {
            name: formText(form, 'name').trim(),
            grants: grants.map((grant) => ({ ...grant })),
            expiresAt: value === null ? null : new Date(Date.now() + value * DAY_MS).toISOString(),
          },
        }),
      );
      setMade(key);
      void client.invalidateQueries({ queryKey: ['api-keys'] });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t('keys.add')}
      onCancel={onClose}
      {...keptOpen(busy || made !== undefined)}
      width={600}
      footer={
        made === undefined ? (
          <Button type="primary" htmlType="submit" form={id} loading={busy}>
            {t('keys.create')}
          </Button>
        ) : (
          <Button type="primary" onClick={onClose}>
            {t('members.done')}
          </Button>
        )
      }
    >
      {made === undefined ? (
        <form id={id} className="stack" onSubmit={(event) => void create(event)}>
          <div className="field">
            <label htmlFor={`${id}-name`}>{t('keys.name')}</label>
            <input id={`${id}-name`} name="name" className="input" maxLength={100} required />
          </div>
          <NumberInput
            label={t('keys.days')}
            text={days}
            bounds={DAYS}
            hint={t('keys.daysHint')}
            onChange={setDays}
          />
          <GrantsEditor grants={grants} onChange={setGrants} />
          {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
        </form>
      ) : (
        <SecretShown label={t('keys.shown')} secret={made} />
      )}
    </Modal>
  );
}

function Revoke({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const revoke = async (): Promise<void> => {
    setBusy(true);
    try {
      await answered(
        api.DELETE('/v1/api-keys/{id}', { params: { path: { id: String(apiKey.id) } } }),
      );
      await client.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={`${t('keys.revoke')} ${apiKey.name}`}
      okText={t('keys.revoke')}
      okButtonProps={{ danger: true, loading: busy }}
      onOk={() => void revoke()}
      onCancel={onClose}
    >
      <p>{t('keys.revokeLead')}</p>
      {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
    </Modal>
  );
}
