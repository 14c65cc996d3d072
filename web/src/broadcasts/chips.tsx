import { useTranslation } from 'react-i18next';
import { count } from '../format/numbers';
import type { ShownName } from '../states/inks';
import { SHOWN } from '../states/inks';
import { useCounts } from './use-list';

/** The states that there are broadcasts of, each with how many. */
export function Chips({
  shown,
  archived,
  onChoice,
}: {
  readonly shown: ShownName | undefined;
  readonly archived: boolean;
  readonly onChoice: (shown: ShownName | undefined) => void;
}) {
  const { t } = useTranslation(['broadcasts', 'states']);
  const { data } = useCounts(archived);
  const known = (data?.counts ?? []).filter((each) => each.count > 0 || each.shown === shown);
  return (
    <div className="chips" role="group" aria-label={t('chips.label')}>
      <button
        type="button"
        className="chip"
        aria-pressed={shown === undefined}
        onClick={() => onChoice(undefined)}
      >
        {t('chips.all')}
      </button>
      {known.map((each) => (
        <button
          key={each.shown}
          type="button"
          className="chip"
          aria-pressed={each.shown === shown}
          onClick={() => onChoice(each.shown === shown ? undefined : each.shown)}
        >
          <span className="chip-icon" data-ink={SHOWN[each.shown].ink} aria-hidden="true">
            {SHOWN[each.shown].icon}
          </span>
          {t(`states:shown.${each.shown}`)}{' '}
          <span className="num quiet">
            {each.more ? t('chips.more', { n: count(each.count) }) : count(each.count)}
          </span>
        </button>
      ))}
    </div>
  );
}
