import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import { type Mood, MOODS, useMood } from '../api/sandbox';
import './sandbox-mood.css';

/** How the pretended WeChat behaves, in a line beside what is sent by it. */
export function MoodSelect({ appid }: { readonly appid: string }) {
  const { t } = useTranslation('accounts');
  const may = useMay('broadcast.send', appid);
  const { sandbox, change, busy, problem } = useMood(appid);
  const id = useId();
  if (sandbox === undefined) return null;
  return (
    <div className="mood-line">
      <label htmlFor={id}>{t('mood.short')}</label>
      <select
        id={id}
        className="input"
        value={sandbox.mood}
        disabled={busy || !may}
        onChange={(event) => change(event.target.value as Mood)}
      >
        {MOODS.map((mood) => (
          <option key={mood} value={mood}>
            {t(`mood.of.${mood}`)}
          </option>
        ))}
      </select>
      <span className="small secondary">
        {problem ? (problem.words ?? problem.code) : t(`mood.what.${sandbox.mood}`)}
      </span>
    </div>
  );
}

/** The same with what each means, on the page of the account. */
export function MoodCard({ appid }: { readonly appid: string }) {
  const { t } = useTranslation('accounts');
  const may = useMay('broadcast.send', appid);
  const { sandbox, change, busy, problem } = useMood(appid);
  const id = useId();
  return (
    <section className="card mood-card" aria-labelledby={`${id}-title`}>
      <header className="card-head">
        <h2 id={`${id}-title`}>{t('mood.title')}</h2>
      </header>
      <div className="card-body stack">
        <p className="secondary">{t('mood.lead')}</p>
        <fieldset className="moods" disabled={busy || !may || sandbox === undefined}>
          <legend className="visually-hidden">{t('mood.title')}</legend>
          {MOODS.map((mood) => (
            <label key={mood} className="check mood">
              <input
                type="radio"
                name={id}
                checked={sandbox?.mood === mood}
                onChange={() => change(mood)}
              />
              <span>
                {t(`mood.of.${mood}`)}
                <span className="small secondary">{t(`mood.what.${mood}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {problem && (
          <p className="fault" role="alert">
            {problem.words ?? problem.code}
          </p>
        )}
      </div>
    </section>
  );
}
