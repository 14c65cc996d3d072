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
import { at } from '../format/times';
import { TypedCount, typedCount } from '../format/typed-count';
import { Loading } from '../states/page-states';

/** From so many on, the number is typed. */
const TYPED_ABOVE = 10_000;

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
  const { kind, count: named } = (broadcast.audience ?? {}) as { kind?: string; count?: number };
  const followers = useQuery({
    queryKey: ['accounts', broadcast.appid, 'followers', 'sync'],
    queryFn: () =>
      answered(
        api.GET('/v1/accounts/{appid}/followers/sync', {
          params: { path: { appid: broadcast.appid } },
        }),
      ),
    enabled: kind === 'all',
  });
  // As far as it is known before the start: of all followers, those of the last sync.
  const people = (kind === 'all' ? followers.data?.seen : named) ?? null;
  const wanted = people !== null && people > TYPED_ABOVE ? people : null;
  const isTyped = wanted === null || typedCount(typed) === wanted;

  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await answered(
        api.POST('/v1/broadcasts/{id}/start', {
          params: {
            path: { id },
            header: { 'Idempotency-Key': key.current, 'If-Match': `"${etag}"` },
          },
          body: {},
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
      if (found.code === 'revision_stale')
        void client.invalidateQueries({ queryKey: ['broadcast', id] });
      setBusy(false);
    }
  };
  const isStale = problem?.code === 'revision_stale';
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
            disabled={(kind === 'all' && followers.isPending) || !isTyped}
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
      {kind === 'all' && followers.isPending ? (
        <Loading lines={2} />
      ) : (
        <div className="stack num">
          <p>
            {t('dialog.leadOpen', {
              account: broadcast.account.name,
              start:
                broadcast.startAt === null
                  ? t('dialog.now')
                  : startWords(broadcast.startAt, t('dialog.now')),
            })}
          </p>
          {undoSeconds > 0 && broadcast.startAt === null && (
            <p className="secondary">{t('dialog.undo', { n: undoSeconds })}</p>
          )}
          {wanted !== null && (
            <TypedCount
              label={t('dialog.type', { n: count(wanted) })}
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
