import { useTranslation } from 'react-i18next';

export function SandboxTag() {
  const { t } = useTranslation();
  return <span className="sandbox-tag">{t('sandbox.word')}</span>;
}
