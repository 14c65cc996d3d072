import { Alert, Button } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import type { StepProps } from './step-props';
import { openidLines } from './openid-lines';
import { faultsOf } from './steps';
import { TextField } from './text-field';

type Audience = { readonly kind?: string; readonly openids?: readonly string[] } | null;

/** The audiences that there are: everybody, a list, or whoever granted. */
export function AudienceStep({ draft, template }: StepProps) {
  const { t } = useTranslation('compose');
  const { members, stored, edit } = draft;
  const audience = members.audience as Audience;
  const [text, setText] = useState(() => (audience?.openids ?? []).join('\n'));
  const [kind, setKind] = useState(audience?.kind);
  const lines = openidLines(text);
  const take = (next: string): void => {
    setText(next);
    const { openids, odd } = openidLines(next);
    edit({ audience: { kind: 'openids', openids: [...openids, ...odd.map((each) => each.text)] } });
  };
  const choose = (next: string): void => {
    setKind(next);
    if (next === 'openids') take(text);
    else edit({ audience: { kind: next } });
  };
  const isSubscription = template?.family === 'subscription';
  const faults = faultsOf(stored).filter(({ path }) => path.startsWith('audience'));
  return (
    <section className="card">
      <fieldset className="card-body stack">
        <legend className="card-legend">{t('audience.title')}</legend>
        {!isSubscription && (
          <Choice name="all" kind={kind} onChoice={choose} label={t('audience.all')}>
            <AllFollowers appid={stored.appid} />
          </Choice>
        )}
        {isSubscription && (
          <Choice name="granted" kind={kind} onChoice={choose} label={t('audience.granted')} />
        )}
        <Choice name="openids" kind={kind} onChoice={choose} label={t('audience.openids')}>
          {kind === 'openids' && (
            <div className="stack choice-body">
              <TextField
                label={<span className="visually-hidden">{t('audience.openids')}</span>}
                lines={8}
                value={text}
                hint={
                  <span className="num">
                    {t('audience.openidsHint')} ·{' '}
                    {t('audience.openidsCount', { n: count(lines.openids.length) })}
                  </span>
                }
                onChange={take}
              />
              {lines.odd.length > 0 && (
                <Alert
                  type="warning"
                  showIcon
                  title={lines.odd.slice(0, 3).map(({ line, text: odd }) => (
                    <div key={`${line} ${odd}`} dir="auto">
                      {t('audience.odd', { line, text: odd })}
                    </div>
                  ))}
                  description={
                    lines.odd.length > 3 && t('audience.oddMore', { n: lines.odd.length - 3 })
                  }
                  action={
                    <Button size="small" onClick={() => take(lines.openids.join('\n'))}>
                      {t('audience.strip', { n: lines.odd.length })}
                    </Button>
                  }
                />
              )}
            </div>
          )}
        </Choice>
        {kind !== undefined &&
          kind !== 'openids' &&
          faults.map((fault) => (
            <p key={fault.path + fault.code} className="fault">
              {inLanguage(fault)}
            </p>
          ))}
        <p className="quiet small">{t('audience.suppressed')}</p>
      </fieldset>
    </section>
  );
}

function Choice({
  name,
  kind,
  label,
  onChoice,
  children,
}: {
  readonly name: string;
  readonly kind: string | undefined;
  readonly label: string;
  readonly onChoice: (kind: string) => void;
  readonly children?: React.ReactNode;
}) {
  return (
    <div className="choice" data-chosen={kind === name || undefined}>
      <label className="check">
        <input
          type="radio"
          name="audience"
          checked={kind === name}
          onChange={() => onChoice(name)}
        />
        <span>{label}</span>
      </label>
      {children}
    </div>
  );
}

/** How many follow, as of the last walk, and the way to walk again. */
function AllFollowers({ appid }: { readonly appid: string }) {
  const { t } = useTranslation('compose');
  const client = useQueryClient();
  const maySync = useMay('follower.sync', appid);
  const [problem, setProblem] = useState<Problem>();
  const read = useQuery({
    queryKey: ['follower-sync', appid],
    queryFn: () =>
      answered(api.GET('/v1/accounts/{appid}/followers/sync', { params: { path: { appid } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1_000 : false),
  });
  const sync = read.data;
  const begin = async (): Promise<void> => {
    setProblem(undefined);
    try {
      await answered(
        api.POST('/v1/accounts/{appid}/followers/sync', { params: { path: { appid } } }),
      );
    } catch (error) {
      setProblem(asProblem(error));
    }
    void client.invalidateQueries({ queryKey: ['follower-sync', appid] });
  };
  if (sync === undefined) return null;
  return (
    <div className="choice-note small num" role="status">
      {sync.state === 'running' ? (
        <span>{t('audience.syncing', { n: count(sync.seen) })}</span>
      ) : sync.state === 'done' && sync.finishedAt !== null ? (
        <span className="secondary">
          {t('audience.allCount', { n: count(sync.seen), time: moment(sync.finishedAt) })}
        </span>
      ) : sync.state === 'failed' && sync.error !== null ? (
        <span className="fault">{t('audience.syncFailed', { why: inLanguage(sync.error) })}</span>
      ) : (
        <span className="secondary">{t('audience.allUnread')}</span>
      )}
      {maySync && sync.state !== 'running' && (
        <button type="button" className="link-button small" onClick={() => void begin()}>
          {t('audience.sync')}
        </button>
      )}
      {problem && <span className="fault">{problem.words ?? problem.code}</span>}
    </div>
  );
}
