import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Popover, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { base } from '../api/base';
import { api } from '../api/client';
import type { Me } from '../api/me';
import { leaveSession } from '../api/session-end';
import type { Language } from '../locales/language';
import { useLanguage } from '../locales/use-language';
import { chooseMode, type ModeChoice, useModeChoice } from '../theme/mode';

/** What is one's own: password and devices, language, appearance, the way out. */
export function PersonMenu({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      destroyOnHidden
      content={<PersonPanel me={me} onChoice={() => setOpen(false)} />}
    >
      <button type="button" className="person" aria-expanded={open}>
        <span className="visually-hidden">{t('person.label')} </span>
        <span className="person-mark" aria-hidden="true">
          {[...me.name][0] ?? <UserOutlined />}
        </span>
        <span className="person-name">{me.name}</span>
      </button>
    </Popover>
  );
}

function PersonPanel({ me, onChoice }: { readonly me: Me; readonly onChoice: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [language, speak] = useLanguage();
  const choice = useModeChoice();
  const roles = [...new Set(me.grants.map(({ role }) => t(`roles.${role}`)))].join(' · ');
  const leave = async (): Promise<void> => {
    leaveSession();
    const left = await api.POST('/v1/logout').catch(() => undefined);
    client.clear();
    // Whoever came by the identity provider leaves it, too.
    location.assign(left?.data?.endSessionUrl ?? base.href);
  };
  return (
    <div className="person-panel">
      <p>
        <strong>{me.name}</strong>
        <span className="quiet small">
          {me.kind === 'key' ? t('person.key') : me.login} · {roles}
        </span>
      </p>
      {me.kind === 'operator' && (
        <Link className="person-link" to="/me" onClick={onChoice}>
          {t('person.profile')}
        </Link>
      )}
      <div className="person-choice">
        <span className="quiet small">{t('person.language')}</span>
        <Segmented<Language>
          aria-label={t('person.language')}
          block
          value={language}
          options={[
            { value: 'zh-CN', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(next) => {
            speak(next);
            if (me.kind === 'operator')
              void api.PATCH('/v1/me', { body: { locale: next === 'en' ? 'en' : 'zh' } });
          }}
        />
      </div>
      <div className="person-choice">
        <span className="quiet small">{t('person.theme')}</span>
        <Segmented<ModeChoice>
          aria-label={t('person.theme')}
          block
          value={choice}
          options={[
            { value: 'system', label: t('person.system') },
            { value: 'light', label: t('person.light') },
            { value: 'dark', label: t('person.dark') },
          ]}
          onChange={chooseMode}
        />
      </div>
      <a className="person-link" href={new URL('docs', base).href}>
        {t('person.docs')}
      </a>
      <button type="button" className="person-link" onClick={() => void leave()}>
        <LogoutOutlined /> {t('person.logout')}
      </button>
    </div>
  );
}
