import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { type Upload, type UploadChange, uploadQuery } from '../api/uploads';
import { Loading } from '../states/page-states';
import { PreviewTable } from './preview-table';
import { whyNot } from './why-not';

const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'big5', 'shift_jis'] as const;
const DELIMITERS = [',', '\t', ';', '|'] as const;
type Encoding = (typeof ENCODINGS)[number];
type Delimiter = (typeof DELIMITERS)[number];
const DELIMITER_NAMES = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar' } as const;

/** How the file is read, for a person to correct before it is imported; each correction is shown as soon as it is looked at. */
export function UploadReading({ upload }: { readonly upload: Upload }) {
  const { t } = useTranslation('audiences');
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { id, can, format, preview, sheets, state } = upload;
  const isOpen = can.change.ok;
  const isImported = state === 'importing' || state === 'ready';
  const isLookedAt = state === 'receiving' || state === 'received';
  const change = async (body: UploadChange): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await answered(api.PATCH('/v1/uploads/{id}', { params: { path: { id } }, body }));
      client.setQueryData(uploadQuery(id).queryKey, now);
    } catch (error) {
      setProblem(asProblem(error));
      void client.invalidateQueries(uploadQuery(id));
    }
    setBusy(false);
  };
  const isStill = !isOpen || busy || isLookedAt;
  return (
    <section className="card" aria-labelledby="reading-title">
      <header className="card-head">
        <h2 id="reading-title">{t('reading.title')}</h2>
        {!can.change.ok && !isImported && !isLookedAt && (
          <span className="quiet small">{whyNot(can.change)}</span>
        )}
      </header>
      {format !== null && isImported && (
        <p className="card-body secondary reading-facts">
          {[
            upload.encoding !== null && t(`reading.encodings.${upload.encoding as Encoding}`),
            upload.sheet,
            upload.delimiter !== null &&
              t(`reading.delimiters.${DELIMITER_NAMES[upload.delimiter as Delimiter]}`),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      )}
      {format !== null && !isImported && (
        <div className="card-body form-grid">
          {upload.encoding !== null && (
            <Choice
              label={t('reading.encoding')}
              value={upload.encoding}
              disabled={isStill}
              options={ENCODINGS.map((each) => [each, t(`reading.encodings.${each}`)])}
              onChange={(encoding) => void change({ encoding })}
            />
          )}
          {format === 'csv' && (
            <Choice
              label={t('reading.delimiter')}
              value={upload.delimiter ?? ','}
              disabled={isStill}
              options={DELIMITERS.map((each) => [
                each,
                t(`reading.delimiters.${DELIMITER_NAMES[each]}`),
              ])}
              onChange={(delimiter) => void change({ delimiter, columns: null })}
            />
          )}
          {sheets.length > 0 && (
            <Choice
              label={t('reading.sheet')}
              value={upload.sheet ?? ''}
              disabled={isStill}
              options={sheets.map((each) => [each, each])}
              onChange={(sheet) => void change({ sheet, columns: null, openidColumn: null })}
            />
          )}
          {format !== 'ndjson' && (
            <Choice
              label={t('reading.header')}
              value={upload.header === false ? 'no' : 'yes'}
              disabled={isStill}
              options={[
                ['yes', t('reading.headerYes')],
                ['no', t('reading.headerNo')],
              ]}
              onChange={(header) => void change({ header: header === 'yes', columns: null })}
            />
          )}
        </div>
      )}
      {problem && (
        <div className="card-body">
          <Alert type="error" showIcon title={problem.words ?? problem.code} />
        </div>
      )}
      {isLookedAt ? (
        <div className="card-body">
          <p className="secondary" role="status">
            {t(state === 'receiving' ? 'state.receiving' : 'reading.lookedAt')}
          </p>
          {preview === null && <Loading lines={4} />}
        </div>
      ) : null}
      {preview !== null && (
        <PreviewTable
          key={`${state} ${upload.columns.join('\n')} ${upload.openidColumn}`}
          upload={upload}
          rows={preview.rows}
          still={isStill}
          onChange={(body) => void change(body)}
        />
      )}
    </section>
  );
}

function Choice<T extends string>({
  label,
  value,
  options,
  disabled,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [T, string])[];
  readonly disabled: boolean;
  readonly onChange: (value: T) => void;
}) {
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select
        className="input"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
