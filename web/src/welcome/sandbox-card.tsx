import { Alert, Button } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';

/** Makes the pretended account, reads its templates and followers, and leads on. */
export function SandboxCard() {
  const { t } = useTranslation('session');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const make = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { appid } = await answered(api.POST('/v1/accounts/sandbox', { body: {} }));
      await client.invalidateQueries({ queryKey: ['accounts'] });
      void navigate(`/?appid=${appid}`);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <>
      {/* Said above the button, in the place of how long it takes: nothing on the page moves. */}
      <p className="quiet small" role="status">
        {t(busy ? 'first.sandbox.making' : 'first.sandbox.note')}
      </p>
      <Button type="primary" loading={busy} onClick={() => void make()}>
        {t('first.sandbox.go')}
      </Button>
      {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
    </>
  );
}
