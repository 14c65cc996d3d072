import { Alert, App, Button, Modal } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAccounts } from '../api/accounts';
import { useAttempt } from '../api/attempt';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { type FollowerSync, useFollowerSync } from '../api/followers';
import { asProblem, type Problem } from '../api/problem';
import { count } from '../format/numbers';
import { at } from '../format/times';
import { typedCount } from '../format/count-text';
import { TypedCount } from '../format/typed-count';
import { inLanguage } from '../locales/language';
import { Failed, Loading } from '../states/page-states';
import { audienceIn, followersIn } from './audience';

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
  const attempt = useAttempt();
  const { id, etag } = broadcast;
  const audience = audienceIn(broadcast.audience);
  const isAll = audience.kind === 'all';
  const followers = useFollowerSync(broadcast.appid, isAll);
  // As far as it is known before the start: of all followers, those of the last sync.
  const people = (isAll ? followersIn(followers.data) : audience.people) ?? null;
  const wanted = people !== null && people > TYPED_ABOVE ? people : null;
  const isTyped = wanted === null || typedCount(typed) === wanted;

  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await attempt.ask(etag, (key) =>
        answered(
          api.POST('/v1/broadcasts/{id}/start', {
            params: { path: { id }, header: { 'Idempotency-Key': key, 'If-Match': `"${etag}"` } },
            body: {},
          }),
        ),
      );
      client.setQueryData(broadcastQuery(id).queryKey, now);
      void message.success(now.shown.state === 'scheduled' ? t('scheduled') : t('started'));
      void navigate(`/broadcasts/${id}?appid=${broadcast.appid}`);
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
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
      title={
        people !== null
          ? t('dialog.title', { n: count(people) })
          : isAll
            ? t('dialog.titleUnknown')
            : t('dialog.titleGranted')
      }
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
            disabled={(isAll && people === null) || !isTyped}
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
      {isAll && followers.isPending ? (
        <Loading lines={2} />
      ) : isAll && followers.data === undefined ? (
        <Failed error={followers.error} onRetry={() => void followers.refetch()} />
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
          {isAll && followers.data && <Unread sync={followers.data} />}
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

/** Why nobody can say how many all followers are; nothing where they are counted. */
function Unread({ sync }: { readonly sync: FollowerSync }) {
  const { t } = useTranslation('compose');
  switch (sync.state) {
    case 'done':
      return null;
    case 'running':
      return <Alert type="info" showIcon title={t('dialog.reading', { n: count(sync.seen) })} />;
    case 'idle':
      return <Alert type="warning" showIcon title={t('audience.allUnread')} />;
    case 'failed': {
      const why = sync.error === null ? '' : inLanguage(sync.error);
      return <Alert type="warning" showIcon title={t('dialog.unread', { why })} />;
    }
  }
}

/** `at once` where it begins as soon as it is confirmed. */
const startWords = (startsAt: string, now: string): string =>
  new Date(startsAt).getTime() - Date.now() < 120_000 ? now : at(startsAt, 'dayClock');
