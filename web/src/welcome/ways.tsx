import { ExperimentOutlined, MobileOutlined, WechatOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '../api/me';
import { SandboxCard } from './sandbox-card';
import './welcome.css';

/** Three ways to begin, as far as the person may go them. */
export function Ways() {
  const { t } = useTranslation('session');
  const connects = useMay('account.manage');
  const tries = useMay('sandbox.make');
  return (
    <div className="ways">
      {tries && (
        <Way icon={<ExperimentOutlined />} name="sandbox">
          <SandboxCard />
        </Way>
      )}
      {connects &&
        (['service', 'test'] as const).map((name) => (
          <Way
            key={name}
            icon={name === 'service' ? <WechatOutlined /> : <MobileOutlined />}
            name={name}
          >
            <p className="quiet small">{t(`first.${name}.note`)}</p>
            <Link to={`/accounts/new?kind=${name}`}>
              <Button tabIndex={-1}>{t(`first.${name}.go`)}</Button>
            </Link>
          </Way>
        ))}
      {!connects && <p className="quiet">{t('first.forbidden')}</p>}
    </div>
  );
}

function Way({
  icon,
  name,
  children,
}: {
  readonly icon: ReactNode;
  readonly name: 'sandbox' | 'service' | 'test';
  readonly children: ReactNode;
}) {
  const { t } = useTranslation('session');
  return (
    <section className="card way" aria-labelledby={`way-${name}`}>
      <span className="way-icon" aria-hidden="true">
        {icon}
      </span>
      <h2 id={`way-${name}`}>{t(`first.${name}.title`)}</h2>
      <p className="secondary">{t(`first.${name}.text`)}</p>
      <div className="way-go">{children}</div>
    </section>
  );
}
