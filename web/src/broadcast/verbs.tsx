import { App, Button, Tooltip } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Broadcast } from '../api/broadcasts';
import { broadcastQuery } from '../api/broadcasts';
import { answered } from '../api/client';
import { useInsistence } from '../api/insistence';
import { tallyOf } from '../charts/tally';
import { count } from '../format/numbers';
import { inLanguage } from '../locales/language';
import { ArchiveButton, archiveVerb, hasEnded } from '../states/archive';
import { CancelDialog } from './cancel-dialog';
import { RateDialog } from './rate-dialog';
import { ResumeDialog } from './resume-dialog';
import { StartNowDialog } from './start-now-dialog';
import { useVerb } from './use-verb';
import { verbCall } from './verb-call';

type Dialog = 'resume' | 'rate' | 'cancel' | 'startNow';

/**
 * What can be done, each in its place whatever the state: nothing slides under the cursor where another verb was. What
 * cannot be done stays, with the reason. What has ended has nothing more to stop or to speed up, ever.
 */
export function Verbs({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const [dialog, setDialog] = useState<Dialog>();
  const close = (): void => setDialog(undefined);
  const { state } = broadcast.shown;
  if (hasEnded(broadcast))
    return (
      <div className="actions verbs" role="group" aria-label={t('verbs.label')} data-ended>
        <Slot broadcast={broadcast} verb={archiveVerb(broadcast)}>
          {(off) => <ArchiveButton broadcast={broadcast} off={off} />}
        </Slot>
      </div>
    );
  const isBefore = ['draft', 'rejected', 'awaiting_approval', 'scheduled', 'undo'].includes(state);
  return (
    <div className="actions verbs" role="group" aria-label={t('verbs.label')}>
      {isBefore ? (
        <>
          {/* While a start can be taken back, the bar above does it. */}
          {state === 'draft' && (
            <Slot broadcast={broadcast} verb="change">
              {(off) => <GoOn broadcast={broadcast} off={off} />}
            </Slot>
          )}
          {state !== 'undo' && state !== 'draft' && (
            <Slot broadcast={broadcast} verb="unschedule">
              {(off) => <Unschedule broadcast={broadcast} off={off} />}
            </Slot>
          )}
          <Slot broadcast={broadcast} verb="start-now">
            {(off) => (
              <Button disabled={off} onClick={() => setDialog('startNow')}>
                {t('verbs.startNow')}
              </Button>
            )}
          </Slot>
        </>
      ) : (
        <>
          <Slot broadcast={broadcast} verb="pause">
            {(off) => <Pause broadcast={broadcast} off={off} />}
          </Slot>
          <Slot broadcast={broadcast} verb="resume">
            {(off) => (
              <Button
                type={off ? 'default' : 'primary'}
                disabled={off}
                onClick={() => setDialog('resume')}
              >
                {t('verbs.resume')}
              </Button>
            )}
          </Slot>
          <Slot broadcast={broadcast} verb="change">
            {(off) => (
              <Button disabled={off} onClick={() => setDialog('rate')}>
                {t('verbs.rate')}
              </Button>
            )}
          </Slot>
        </>
      )}
      <Slot broadcast={broadcast} verb="cancel">
        {(off) => (
          <Button danger disabled={off} onClick={() => setDialog('cancel')}>
            {isBefore ? t('verbs.cancelDraft') : t('verbs.cancel')}
          </Button>
        )}
      </Slot>
      {/* Made anew each time: what was typed into one is not in the next. */}
      {dialog === 'resume' && <ResumeDialog broadcast={broadcast} onClose={close} />}
      {dialog === 'rate' && <RateDialog broadcast={broadcast} onClose={close} />}
      {dialog === 'cancel' && <CancelDialog broadcast={broadcast} onClose={close} />}
      {dialog === 'startNow' && <StartNowDialog broadcast={broadcast} onClose={close} />}
    </div>
  );
}

/** A verb's place: enabled, or off with the reason that the service gives. */
function Slot({
  broadcast,
  verb,
  children,
}: {
  readonly broadcast: Broadcast;
  readonly verb: keyof Broadcast['can'];
  readonly children: (off: boolean) => ReactNode;
}) {
  const allowed = broadcast.can[verb];
  if (allowed === undefined || allowed.ok) return children(allowed === undefined);
  const why =
    allowed.zh !== undefined && allowed.en !== undefined
      ? inLanguage({ zh: allowed.zh, en: allowed.en })
      : '';
  return (
    <Tooltip title={why}>
      <span className="verb-off">
        {children(true)}
        <span className="visually-hidden">{why}</span>
      </span>
    </Tooltip>
  );
}

/** A draft is gone on with where it is written. */
function GoOn({ broadcast, off }: { readonly broadcast: Broadcast; readonly off: boolean }) {
  const { t } = useTranslation('broadcast');
  const button = (
    <Button type={off ? 'default' : 'primary'} disabled={off} tabIndex={off ? 0 : -1}>
      {t('verbs.goOn')}
    </Button>
  );
  if (off) return button;
  return <Link to={`/compose/${broadcast.id}?appid=${broadcast.appid}`}>{button}</Link>;
}

/** A stop must not miss: it is tried for a minute, in view. */
const PAUSE_TRIES_MS = 60_000;

function Pause({ broadcast, off }: { readonly broadcast: Broadcast; readonly off: boolean }) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  const client = useQueryClient();
  const { id } = broadcast;
  const { insistOn, tries, isSlow, problem } = useInsistence();

  const pause = async (): Promise<void> => {
    const until = Date.now() + PAUSE_TRIES_MS;
    const now = await insistOn(
      'pause',
      (key, signal) => answered(verbCall(id, 'pause', key, undefined, {}, signal)),
      () => Date.now() <= until,
    );
    if (now === undefined) return;
    client.setQueryData(broadcastQuery(id).queryKey, now);
    void message.success(t('paused', { n: count(tallyOf(now.counts).sending) }));
  };
  return (
    <span className="pause">
      <Button disabled={off || tries > 0} onClick={() => void pause()}>
        {tries > 0 ? t('verbs.pausing') : t('verbs.pause')}
      </Button>
      {(isSlow || problem !== undefined) && (
        <span className="pause-lost" role="alert">
          {problem === undefined
            ? t('verbs.pauseLost', { tries })
            : t('verbs.pauseFailed', { why: problem.words ?? problem.code })}
        </span>
      )}
    </span>
  );
}

function Unschedule({ broadcast, off }: { readonly broadcast: Broadcast; readonly off: boolean }) {
  const { t } = useTranslation('broadcast');
  const { message } = App.useApp();
  const { act, busy, problem } = useVerb(broadcast, 'unschedule', true);
  const unschedule = async (): Promise<void> => {
    if ((await act()) !== undefined) void message.success(t('unscheduled'));
  };
  return (
    <span className="pause">
      <Button disabled={off} loading={busy} onClick={() => void unschedule()}>
        {t('verbs.unschedule')}
      </Button>
      {problem && (
        <span className="pause-lost" role="alert">
          {problem.words ?? problem.code}
        </span>
      )}
    </span>
  );
}
