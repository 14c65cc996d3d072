import { useTranslation } from 'react-i18next';
import type { StepProps } from './step-props';
import { TemplateList } from './template-list';

/** Another template for the same draft. */
export function TemplateStep({ draft, go }: StepProps) {
  const { t } = useTranslation('compose');
  const { stored, members, edit } = draft;
  return (
    <>
      {members.templateId !== '' && <p className="quiet small">{t('template.keep')}</p>}
      <TemplateList
        appid={stored.appid}
        chosen={members.templateId}
        busy={false}
        onChoice={({ templateId, fields }) => {
          const known = new Set(fields.map(({ name }) => name));
          const dropped = Object.keys(members.fields).filter((name) => !known.has(name));
          edit({ templateId, fields: Object.fromEntries(dropped.map((name) => [name, null])) });
          go('content');
        }}
      />
    </>
  );
}
