import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Upload, UploadChange } from '../api/uploads';
import { BY_KEYBOARD } from '../states/by-keyboard';

/** The first rows as they are read, under the names of their columns: which holds the openids, and what others are called. */
export function PreviewTable({
  upload,
  rows,
  still,
  onChange,
}: {
  readonly upload: Upload;
  readonly rows: readonly (readonly string[])[];
  readonly still: boolean;
  readonly onChange: (change: UploadChange) => void;
}) {
  const { t } = useTranslation('audiences');
  const { columns, openidColumn, can } = upload;
  const [names, setNames] = useState<readonly string[]>(columns);
  const width = Math.max(columns.length, ...rows.map((cells) => cells.length));
  const places = Array.from({ length: width }, (_, at) => at);
  const isEditable = can.change.ok && upload.format !== 'ndjson' && columns.length > 0;
  const hasChanged = names.some((name, at) => name.trim() !== (columns[at] ?? ''));
  const save = (): void => {
    const next = places.map((at) => (names[at] ?? '').trim());
    const openidAt = openidColumn === null ? -1 : columns.indexOf(openidColumn);
    const openid = next[openidAt] ?? '';
    onChange({ columns: next, ...(openid !== '' && { openidColumn: openid }) });
  };
  return (
    <>
      {isEditable && (
        <div className="card-body preview-tools">
          <label className="field">
            <span className="label">{t('preview.openid')}</span>
            <select
              className="input"
              value={openidColumn ?? ''}
              disabled={still}
              aria-invalid={openidColumn === null || undefined}
              onChange={(event) => onChange({ openidColumn: event.target.value })}
            >
              {openidColumn === null && <option value="">{t('preview.which')}</option>}
              {columns
                .filter((name) => name !== '')
                .map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
            </select>
          </label>
          <p className="quiet small">{t('preview.hint')}</p>
          {hasChanged && (
            <Button disabled={still} onClick={save}>
              {t('preview.save')}
            </Button>
          )}
        </div>
      )}
      <div className="table-scroll" aria-label={t('preview.title')} {...BY_KEYBOARD}>
        <table className="table preview">
          <thead>
            <tr>
              {places.map((at) => {
                const name = columns[at] ?? '';
                return (
                  <th key={at} scope="col">
                    {isEditable ? (
                      <input
                        className="input"
                        aria-label={t('preview.column', { n: at + 1 })}
                        placeholder={t('preview.left')}
                        value={names[at] ?? ''}
                        disabled={still}
                        onChange={(event) =>
                          setNames(
                            places.map((place) =>
                              place === at ? event.target.value : (names[place] ?? ''),
                            ),
                          )
                        }
                      />
                    ) : (
                      name || <span className="quiet">{t('preview.left')}</span>
                    )}
                    {!isEditable && name !== '' && name === openidColumn && (
                      <span className="label">openid</span>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, line) => (
              // Rows of a file have no names; their order is what they are.
              <tr key={line}>
                {places.map((at) => (
                  <td
                    key={at}
                    className={
                      openidColumn !== null && columns[at] === openidColumn ? 'code' : undefined
                    }
                  >
                    {cells[at] ?? ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
