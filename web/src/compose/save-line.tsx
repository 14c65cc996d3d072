import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Template } from '../api/templates';
import { at } from '../format/times';
import { labelOf } from '../phone-card/card-rows';
import type { DraftMembers } from './merge';
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

const MEMBERS = [
  'name',
  'templateId',
  'url',
  'miniprogram',
  'audience',
  'startAt',
  'sendHours',
  'canary',
  'sendsPerSecond',
] as const satisfies readonly (keyof DraftMembers)[];

/** Two people at one draft: what each has is shown, and nothing is lost by itself. */
export function Conflict({
  draft,
  template,
}: {
  readonly draft: Draft;
  readonly template: Template | undefined;
}) {
  const { t } = useTranslation('compose');
  const { saving, settle } = draft;
  if (saving.state !== 'conflict') return null;
  const { members } = saving;
  const nameOf = (path: string): string => {
    const known = MEMBERS.find((each) => each === path);
    if (known !== undefined) return t(`members.${known}`);
    const name = path.replace('fields.', '');
    const field = template?.fields.find((each) => each.name === name);
    return field === undefined ? name : labelOf(field.label) || name;
  };
  return (
    <Alert
      type="warning"
      showIcon
      title={t('conflict.text')}
      description={
        members.length > 0 &&
        t('conflict.differs', { members: members.map(nameOf).join(t('conflict.and')) })
      }
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
