import { useTranslation } from 'react-i18next';
import { inLanguage } from '../locales/language';
import { firstSentence, reasonOf } from './reason';

/** Why somebody did not get it, in words, and WeChat's own text behind them. Nothing where there is no reason. */
export function ReasonWords({
  delivery,
  short = false,
}: {
  readonly delivery: Parameters<typeof reasonOf>[0];
  /** What it is, without what to do about it. */
  readonly short?: boolean;
}) {
  const { t } = useTranslation('states');
  const reason = reasonOf(delivery);
  if (reason === undefined) return null;
  const said = 'text' in reason ? inLanguage(reason.text) : t(`reason.${reason.name}`);
  return (
    <span dir="auto">
      {short ? firstSentence(said) : said}
      {reason.raw !== undefined && <span className="code quiet"> {reason.raw}</span>}
    </span>
  );
}
