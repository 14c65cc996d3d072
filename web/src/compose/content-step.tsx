import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Template } from '../api/templates';
import { inLanguage } from '../locales/language';
import { EmptyOr, SelectField } from './select-field';
import type { StepProps } from './step-props';
import { faultsOf } from './steps';
import { TextField } from './text-field';

type Field = Template['fields'][number];

/** Only what the template leaves open is filled in; all else of the message is WeChat's. */
export function ContentStep({ draft, template, led }: StepProps) {
  const { t } = useTranslation('compose');
  const { members, stored, edit } = draft;
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const faultAt = (path: string): string | undefined => {
    const fault = faultsOf(stored).find((each) => each.path === path);
    // What was never touched is not shouted at, unless somebody came for it.
    return fault && (touched.has(path) || led === path) ? inLanguage(fault) : undefined;
  };
  const change = (path: string, next: Parameters<typeof edit>[0]): void => {
    if (!touched.has(path)) setTouched(new Set([...touched, path]));
    edit(next);
  };
  const valueOf = ({ name }: Field): string => {
    const value = members.fields[name];
    return typeof value === 'string' ? value : '';
  };
  const field = (each: Field) => (
    <FieldInput
      key={each.name}
      field={each}
      value={valueOf(each)}
      fault={faultAt(`fields.${each.name}`)}
      onChange={(value) =>
        change(`fields.${each.name}`, {
          fields: { [each.name]: value === '' ? null : value },
        })
      }
    />
  );
  const shown = template?.fields.filter((each) => each.shown !== false) ?? [];
  const hidden = template?.fields.filter((each) => each.shown === false) ?? [];
  return (
    <>
      <section className="card">
        <div className="card-body stack">
          <TextField
            label={t('content.name')}
            name="name"
            value={members.name ?? ''}
            hint={t('content.nameHint')}
            fault={faultAt('name')}
            onChange={(value) => change('name', { name: value === '' ? null : value })}
          />
        </div>
      </section>
      <section className="card" aria-labelledby="message-title">
        <header className="card-head">
          <h2 id="message-title">{t('content.message')}</h2>
          <span className="quiet small">{template?.title}</span>
        </header>
        <div className="card-body stack">
          <EmptyOr isEmpty={template === undefined} text={t('content.from')}>
            {shown.map(field)}
            {hidden.length > 0 && (
              <details className="hidden-fields">
                <summary>{t('content.hidden', { n: hidden.length })}</summary>
                <div className="stack">{hidden.map(field)}</div>
              </details>
            )}
          </EmptyOr>
        </div>
      </section>
      <Destination draft={draft} faultAt={faultAt} change={change} />
    </>
  );
}

function FieldInput({
  field: { name, label, type, limit, values, reason },
  value,
  fault,
  onChange,
}: {
  readonly field: Field;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation('compose');
  const words = label.replace(/[\s:：]+$/u, '') || name;
  const title = (
    <>
      {words} <span className="code quiet">{name}</span>
    </>
  );
  if (values !== null)
    return (
      <SelectField
        label={title}
        name={`fields.${name}`}
        value={value}
        options={values}
        fault={fault}
        onChange={onChange}
      />
    );
  const kind = t(`content.types.${type}`);
  return (
    <TextField
      label={title}
      name={`fields.${name}`}
      value={value}
      limit={limit}
      hint={
        <>
          {limit === null ? kind : `${kind} · ${t('content.chars', { limit })}`}
          {reason && <> · {inLanguage(reason)}</>}
        </>
      }
      fault={fault}
      onChange={onChange}
    />
  );
}

type Way = 'none' | 'web' | 'mini';

function Destination({
  draft,
  faultAt,
  change,
}: {
  readonly draft: StepProps['draft'];
  readonly faultAt: (path: string) => string | undefined;
  readonly change: (path: string, next: Parameters<StepProps['draft']['edit']>[0]) => void;
}) {
  const { t } = useTranslation('compose');
  const { members } = draft;
  const mini = members.miniprogram as { appid?: string; pagepath?: string } | null | undefined;
  const [way, setWay] = useState<Way>(mini ? 'mini' : members.url ? 'web' : 'none');
  const choose = (next: Way): void => {
    setWay(next);
    if (next === 'none') draft.edit({ url: null, miniprogram: null });
    if (next === 'web') draft.edit({ miniprogram: null });
  };
  return (
    <section className="card">
      <fieldset className="card-body stack">
        <legend className="card-legend">{t('content.opens')}</legend>
        <div className="choices">
          {(['none', 'web', 'mini'] as const).map((each) => (
            <label key={each} className="check">
              <input type="radio" checked={way === each} onChange={() => choose(each)} />
              {t(`content.${each}`)}
            </label>
          ))}
        </div>
        {way === 'web' && (
          <TextField
            label={t('content.url')}
            name="url"
            type="url"
            placeholder="https://"
            hint={t('content.urlHint')}
            value={members.url ?? ''}
            fault={faultAt('url')}
            onChange={(value) => change('url', { url: value === '' ? null : value })}
          />
        )}
        {way === 'mini' && (
          <>
            <TextField
              label={t('content.appid')}
              name="miniprogram.appid"
              placeholder="wx…"
              value={mini?.appid ?? ''}
              fault={faultAt('miniprogram.appid')}
              onChange={(appid) => change('miniprogram.appid', { miniprogram: { ...mini, appid } })}
            />
            <TextField
              label={t('content.path')}
              name="miniprogram.pagepath"
              value={mini?.pagepath ?? ''}
              fault={faultAt('miniprogram.pagepath')}
              onChange={(pagepath) =>
                change('miniprogram.pagepath', {
                  miniprogram: { appid: mini?.appid ?? '', ...(pagepath !== '' && { pagepath }) },
                })
              }
            />
          </>
        )}
      </fieldset>
    </section>
  );
}
