import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { inOwnZone } from '../format/times';
import { inLanguage } from '../locales/language';
import { fromField, instantIn, isAtNight, nextMorning, toField } from './beijing-time';
import { NumberField } from './number-field';
import type { StepProps } from './step-props';
import { faultsOf } from './steps';
import { TextField } from './text-field';

/** While they are typed, members of a draft hold what is no time and no count yet. */
interface Hours {
  readonly from?: unknown;
  readonly to?: unknown;
}
interface Canary {
  readonly first?: unknown;
  readonly percent?: unknown;
}
/** Nobody is woken, and nobody is written to at dinner's end. */
const DAYTIME: Hours = { from: '08:00', to: '21:00' };
const FEW: Canary = { first: 100 };
const RATE = 100;

/** When it starts, at which hours it sends, how many get it first, how fast. */
export function WhenStep({ draft }: StepProps) {
  const { t } = useTranslation('compose');
  const { members, stored, edit } = draft;
  const hours = members.sendHours as Hours | null;
  const canary = members.canary as Canary | null;
  const { startAt, sendsPerSecond } = members;
  const faultAt = (path: string): string | undefined => {
    const fault = faultsOf(stored).find((each) => each.path.startsWith(path));
    return fault && inLanguage(fault);
  };
  const instant = instantIn(startAt);
  const own = instant === undefined ? undefined : inOwnZone(instant);
  const isPast = instant !== undefined && new Date(instant).getTime() < Date.now();
  return (
    <>
      <section className="card">
        <fieldset className="card-body stack">
          <legend className="card-legend">{t('when.title')}</legend>
          <label className="check">
            <input
              type="radio"
              name="when"
              checked={startAt === null}
              onChange={() => edit({ startAt: null })}
            />
            {t('when.now')}
          </label>
          <label className="check">
            <input
              type="radio"
              name="when"
              checked={startAt !== null}
              onChange={() => edit({ startAt: nextMorning() })}
            />
            {t('when.later')}
          </label>
          {startAt !== null && (
            <div className="choice-body stack">
              <TextField
                label={t('when.time')}
                name="startAt"
                type="datetime-local"
                value={toField(instant)}
                hint={own && t('when.own', { time: own })}
                fault={isPast ? t('when.past') : faultAt('startAt')}
                onChange={(value) => edit({ startAt: fromField(value) })}
              />
              {instant !== undefined && isAtNight(instant) && hours === null && (
                <Alert type="warning" showIcon title={t('when.night')} />
              )}
            </div>
          )}
        </fieldset>
      </section>
      <section className="card">
        <div className="card-body stack">
          <Switch
            label={t('when.hours')}
            hint={t('when.hoursHint')}
            isOn={hours !== null}
            onChange={(isOn) => edit({ sendHours: isOn ? DAYTIME : null })}
          >
            {hours !== null && (
              <div className="row">
                {(['from', 'to'] as const).map((end) => (
                  <TextField
                    key={end}
                    label={t(`when.${end}`)}
                    name={`sendHours.${end}`}
                    type="time"
                    value={typeof hours[end] === 'string' ? hours[end] : ''}
                    fault={faultAt(`sendHours.${end}`)}
                    onChange={(value) => edit({ sendHours: { ...hours, [end]: value } })}
                  />
                ))}
              </div>
            )}
          </Switch>
          <Switch
            label={t('when.canary')}
            hint={t('when.canaryHint')}
            isOn={canary !== null}
            onChange={(isOn) => edit({ canary: isOn ? FEW : null })}
          >
            {canary !== null &&
              (typeof canary.percent === 'number' ? (
                // Only a script asks for a share; unticked and ticked again, it is a count.
                <p className="num">{t('when.percent', { n: canary.percent })}</p>
              ) : (
                <NumberField
                  label={t('when.first')}
                  name="canary.first"
                  value={canary.first}
                  fault={faultAt('canary')}
                  onChange={(first) => edit({ canary: { first } })}
                />
              ))}
          </Switch>
          <Switch
            label={t('when.rate')}
            hint={t('when.rateHint')}
            isOn={sendsPerSecond !== null}
            onChange={(isOn) => edit({ sendsPerSecond: isOn ? RATE : null })}
          >
            {sendsPerSecond !== null && (
              <NumberField
                label={t('when.perSecond')}
                name="sendsPerSecond"
                value={sendsPerSecond}
                fault={faultAt('sendsPerSecond')}
                onChange={(rate) => edit({ sendsPerSecond: rate })}
              />
            )}
          </Switch>
        </div>
      </section>
    </>
  );
}

function Switch({
  label,
  hint,
  isOn,
  onChange,
  children,
}: {
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: React.ReactNode;
}) {
  return (
    <div className="choice" data-chosen={isOn || undefined}>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>
          {label}
          <span className="hint">{hint}</span>
        </span>
      </label>
      {isOn && <div className="choice-body">{children}</div>}
    </div>
  );
}
