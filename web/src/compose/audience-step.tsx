import { useTranslation } from 'react-i18next';
import { inLanguage } from '../locales/language';
import { audienceIn, isNamed } from './audience';
import { FollowersNote } from './followers-note';
import { OpenidList } from './openid-list';
import { openidLines } from '../format/openid-lines';
import type { StepProps } from './step-props';
import { faultsOf } from './steps';

/** The audiences that there are: everybody, a list, or whoever granted. */
export function AudienceStep({ draft, template, pasted, onPaste }: StepProps) {
  const { t } = useTranslation('compose');
  const { members, stored, edit } = draft;
  const { kind, people } = audienceIn(members.audience);
  const take = (text: string): void => {
    onPaste(text);
    const { openids, odd } = openidLines(text);
    edit({ audience: { kind: 'openids', openids: [...openids, ...odd.map((each) => each.text)] } });
  };
  const choose = (next: string): void => {
    if (next === 'openids') take(pasted);
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
            <FollowersNote appid={stored.appid} />
          </Choice>
        )}
        {isSubscription && (
          <Choice name="granted" kind={kind} onChoice={choose} label={t('audience.granted')} />
        )}
        <Choice name="openids" kind={kind} onChoice={choose} label={t('audience.openids')}>
          {kind === 'openids' && <OpenidList text={pasted} saved={people ?? 0} onChange={take} />}
        </Choice>
        {kind !== 'granted' && isNamed(kind) && (
          <Choice name={kind} kind={kind} onChoice={() => {}} label={t(`audience.${kind}`)} />
        )}
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
