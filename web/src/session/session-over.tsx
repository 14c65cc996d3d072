import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/me';
import { useSessionEnd } from '../api/session-end';
import { LoginForm } from './login-form';
import './session.css';

const TOLD = ['session_expired', 'session_ended', 'password_changed', 'disabled'] as const;
type Told = (typeof TOLD)[number];

/** Over the page, which keeps what was typed: the session has ended, and one logs in to go on. */
export function SessionOver() {
  const { t } = useTranslation('session');
  const ended = useSessionEnd();
  const client = useQueryClient();
  const isOver = ended !== undefined;
  // Somebody may have logged in in another tab meanwhile, by the identity provider.
  useEffect(() => {
    if (!isOver) return undefined;
    const look = (): void =>
      void client.fetchQuery({ ...meQuery, staleTime: 0 }).then(
        () => client.invalidateQueries(),
        () => {}, // not yet
      );
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, [isOver, client]);
  const why = TOLD.includes(ended as Told) ? (ended as Told) : 'other';
  return (
    <Modal
      open={isOver}
      title={t('ended.title')}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={400}
      destroyOnHidden
    >
      <p className="entrance-lead">{t(`ended.${why}`)}</p>
      <LoginForm overPage />
    </Modal>
  );
}
