import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import type { components } from '../api/schema';
import { moment } from '../format/times';
import { keptOpen } from './kept-open';
import { SecretShown } from './secret-shown';

type ApiKey = components['schemas']['ApiKeyView'];

const HOUR = 3_600;
const OVERLAPS = [
  ['none', 0],
  ['hour', HOUR],
  ['day', 24 * HOUR],
  ['week', 7 * 24 * HOUR],
] as const;

/** A new text for a key, while the former one stays good for as long as a program takes to be given it. */
export function RotateKey({
  apiKey,
  onClose,
}: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const id = useId();
  const [overlap, setOverlap] = useState<number>(24 * HOUR);
  const [made, setMade] = useState<components['schemas']['NewApiKeyView']>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const rotate = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      setMade(
        await answered(
          api.POST('/v1/api-keys/{id}/rotate', {
            params: { path: { id: String(apiKey.id) } },
            body: { overlapSeconds: overlap },
          }),
        ),
      );
      void client.invalidateQueries({ queryKey: ['api-keys'] });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const { formerUntil } = made ?? {};
  return (
    <Modal
      open
      title={t('keys.rotateTitle', { name: apiKey.name })}
      onCancel={onClose}
      {...keptOpen(busy || made !== undefined)}
      footer={
        made === undefined ? (
          <Button type="primary" loading={busy} onClick={() => void rotate()}>
            {t('keys.rotate')}
          </Button>
        ) : (
          <Button type="primary" onClick={onClose}>
            {t('members.done')}
          </Button>
        )
      }
    >
      {made === undefined ? (
        <div className="stack">
          <p>{t('keys.rotateLead')}</p>
          <div className="field">
            <label htmlFor={id}>{t('keys.overlap')}</label>
            <select
              id={id}
              className="input"
              value={overlap}
              onChange={(event) => setOverlap(Number(event.target.value))}
            >
              {OVERLAPS.map(([name, seconds]) => (
                <option key={name} value={seconds}>
                  {t(`keys.overlaps.${name}`)}
                </option>
              ))}
            </select>
          </div>
          {overlap === 0 && <Alert type="warning" showIcon title={t('keys.noOverlap')} />}
          {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
        </div>
      ) : (
        <div className="stack">
          <SecretShown label={t('keys.shown')} secret={made.key} />
          <p className="secondary">
            {formerUntil === null || formerUntil === undefined
              ? t('keys.formerOver')
              : t('keys.formerUntil', { time: moment(formerUntil) })}
          </p>
        </div>
      )}
    </Modal>
  );
}
