import { Alert, App, Button, Modal } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAccounts } from '../api/accounts';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api, attemptKey } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { count } from '../format/numbers';
import { at, moment } from '../format/times';
import { TypedCount, typedCount } from '../format/typed-count';
import { Failed, Loading } from '../states/page-states';

/**
 * The last question before a start, with its consequences. What is confirmed is bound to what stood here: a later change
 * makes the service refuse it, and one key makes a second click the same start.
 */
export function SendDialog({
  broadcast,
  onClose,
}: {
  readonly broadcast: Broadcast;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('compose');
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const account = useAccounts().find(({ appid }) => appid === broadcast.appid);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const key = useRef(attemptKey());
  const { id, etag } = broadcast;
  const confirmation = useQuery({
    queryKey: ['confirmation', id, etag],
    queryFn: () =>
      answered(
        api.POST('/v1/broadcasts/{id}/confirmation', {
          params: { path: { id } },
          body: { verb: 'start' },
        }),
      ),
    gcTime: 0,
    staleTime: Infinity,
    retry: 1,
  });
  const told = confirmation.data;
  const facts = told?.facts;
  const wanted = told?.type ?? null;
  const isTyped = wanted === null || typedCount(typed) === typedCount(wanted);
  const people = facts?.recipients ?? null;

  const send = async (): Promise<void> => {
    if (told === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await answered(
        api.POST('/v1/broadcasts/{id}/start', {
          params: {
            path: { id },
            header: { 'Idempotency-Key': key.current, 'If-Match': `"${etag}"` },
          },
          body: { confirm: told.token, ...(wanted !== null && { typed }) } as never,
        }),
      );
      client.setQueryData(broadcastQuery(id).queryKey, now);
      void message.success(now.shown.state === 'scheduled' ? t('scheduled') : t('started'));
      void navigate(`/broadcasts/${id}?appid=${broadcast.appid}`);
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      // The same key again asks for the same start; anything that was refused wants another.
      if (found.status !== 0) key.current = attemptKey();
      if (found.code === 'confirm_stale' || found.code === 'revision_stale')
        void client.invalidateQueries({ queryKey: ['broadcast', id] });
      setBusy(false);
    }
  };
  const isStale = problem?.code === 'confirm_stale' || problem?.code === 'revision_stale';
  const undoSeconds = account?.policy.undoSeconds ?? 0;
  return (
    <Modal
      open
      title={people === null ? t('dialog.titleUnknown') : t('dialog.title', { n: count(people) })}
      onCancel={onClose}
      footer={[
        <Button key="no" onClick={onClose} disabled={busy}>
          {t('dialog.cancel')}
        </Button>,
        isStale ? (
          <Button key="again" type="primary" onClick={onClose}>
            {t('dialog.again')}
          </Button>
        ) : (
          <Button
            key="yes"
            type="primary"
            loading={busy}
            disabled={told === undefined || !isTyped}
            onClick={() => void send()}
          >
            {people === null
              ? t('dialog.okUnknown')
              : broadcast.startAt === null
                ? t('dialog.ok', { n: count(people) })
                : t('dialog.okSchedule', { n: count(people) })}
          </Button>
        ),
      ]}
    >
      {confirmation.isPending ? (
        <Loading lines={2} />
      ) : facts === undefined ? (
        <Failed error={confirmation.error} onRetry={() => void confirmation.refetch()} />
      ) : (
        <div className="stack num">
          <p>
            {facts.endsAt === null
              ? t('dialog.leadOpen', {
                  account: facts.account.name,
                  start: startWords(facts.startsAt, t('dialog.now')),
                })
              : t('dialog.lead', {
                  account: facts.account.name,
                  start: startWords(facts.startsAt, t('dialog.now')),
                  end: moment(facts.endsAt),
                })}
          </p>
          {facts.days.length > 1 && (
            <p>
              {t('dialog.days', {
                n: facts.days.length,
                list: facts.days
                  .map(({ day, count: n }) => t('dialog.day', { day, n: count(n) }))
                  .join('，'),
              })}
            </p>
          )}
          {undoSeconds > 0 && broadcast.startAt === null && (
            <p className="secondary">{t('dialog.undo', { n: undoSeconds })}</p>
          )}
          {wanted !== null && (
            <TypedCount
              label={t('dialog.type', { n: count(typedCount(wanted) ?? 0) })}
              value={typed}
              onChange={setTyped}
            />
          )}
          {problem && (
            <Alert
              type="error"
              showIcon
              title={isStale ? t('dialog.stale') : (problem.words ?? problem.code)}
            />
          )}
        </div>
      )}
    </Modal>
  );
}

/** `at once` where it begins as soon as it is confirmed. */
const startWords = (startsAt: string, now: string): string =>
  new Date(startsAt).getTime() - Date.now() < 120_000 ? now : at(startsAt, 'dayClock');
