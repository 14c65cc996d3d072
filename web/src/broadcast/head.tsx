import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { CopyButton } from '../format/copy-button';
import { moment } from '../format/times';
import { SandboxTag } from '../shell/sandbox-tag';
import { useAccounts } from '../api/accounts';
import { ShownTag } from '../states/state-tag';
import { Verbs } from './verbs';

/** What it is called, whose it is, how it stands, and what can be done about it. */
export function Head({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const { shown, startAt } = broadcast;
  const account = useAccounts().find(({ appid }) => appid === broadcast.appid);
  const facts = [
    broadcast.account.name,
    broadcast.template.title,
    broadcast.createdBy && t('by', { name: broadcast.createdBy.name }),
    moment(broadcast.createdAt),
  ].filter(Boolean);
  return (
    <div className="page-head broadcast-head">
      <div className="grow">
        <div className="row">
          <h1>{broadcast.name ?? t('unnamed')}</h1>
          <ShownTag shown={broadcast.shown} />
          {shown.state === 'scheduled' && startAt !== null && (
            <span className="num">{t('startsAt', { time: moment(startAt) })}</span>
          )}
          {account?.sandbox === true && <SandboxTag />}
          {broadcast.purpose === 'test' && <span className="quiet small">{t('test')}</span>}
        </div>
        <p>
          {facts.join(' · ')} · <span className="code">{broadcast.id.slice(0, 8)}</span>{' '}
          <CopyButton text={broadcast.id} />
        </p>
      </div>
      <Verbs broadcast={broadcast} />
    </div>
  );
}
