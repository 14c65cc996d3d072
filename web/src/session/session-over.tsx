import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSessionEnd } from '../api/session-end';
import { LoginForm } from './login-form';
import './session.css';

const TOLD = ['session_expired', 'session_ended', 'password_changed', 'disabled'] as const;
type Told = (typeof TOLD)[number];

/** Over the page, which keeps what was typed: the session has ended, and one logs in to go on. */
export function SessionOver() {
  const { t } = useTranslation('session');
  const ended = useSessionEnd();
  const why = TOLD.includes(ended as Told) ? (ended as Told) : 'other';
  return (
    <Modal
      open={ended !== undefined}
      title={t('ended.title')}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={400}
      destroyOnHidden
    >
      <p className="entrance-lead">{t(`ended.${why}`)}</p>
      <LoginForm />
    </Modal>
  );
}
