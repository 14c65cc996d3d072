import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { at } from '../format/times';
import type { Draft } from './use-draft';

/** Whether what was typed is on record. */
export function SaveLine({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation('compose');
  const { saving } = draft;
  switch (saving.state) {
    case 'saving':
      return <span className="quiet small">{t('save.saving')}</span>;
    case 'failed':
    case 'refused':
      return (
        <span className="save-fault small" role="status">
          {t(`save.${saving.state}`, { why: saving.problem.words ?? saving.problem.code })}
        </span>
      );
    case 'conflict':
      return null;
    case 'saved':
      return (
        <span className="quiet small num">
          {saving.at === undefined
            ? t('save.draft')
            : t('save.saved', { time: at(saving.at, 'clockSeconds') })}
          {saving.restored && <> · {t('save.restored')}</>}
        </span>
      );
  }
}

/** Two people at one draft: what each has is shown, and nothing is lost by itself. */
export function Conflict({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation('compose');
  const { saving, settle } = draft;
  if (saving.state !== 'conflict') return null;
  const { members } = saving;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('conflict.text')}
      description={members.length > 0 && t('conflict.differs', { members: members.join(', ') })}
      action={
        <span className="row">
          <Button size="small" onClick={() => settle('theirs')}>
            {t('conflict.theirs')}
          </Button>
          <Button size="small" type="primary" onClick={() => settle('mine')}>
            {t('conflict.mine')}
          </Button>
        </span>
      }
    />
  );
}
