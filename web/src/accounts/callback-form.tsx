import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../api/accounts';
import { answered, api } from '../api/client';
import { useMay } from '../api/me';
import { CopyButton } from '../format/copy-button';
import { inLanguage } from '../locales/language';
import {
  type CallbackSecrets,
  forgetSecrets,
  keepSecrets,
  keptSecrets,
  makeCallbackSecrets,
} from './callback-secrets';

/** What goes into WeChat's form, line by line as it stands there, each to be copied. */
export function CallbackForm({ account }: { readonly account: Account }) {
  const { t } = useTranslation('accounts');
  const { appid, callbackMode } = account;
  const manages = useMay('account.manage', appid);
  const [secrets, setSecrets] = useState<CallbackSecrets | undefined>(() => keptSecrets(appid));
  const isVerified = account.health.callback.handshakeAt !== null;
  useEffect(() => {
    if (isVerified) forgetSecrets(appid);
  }, [isVerified, appid]);

  const renew = async (): Promise<void> => {
    const made = makeCallbackSecrets();
    await answered(
      api.PATCH('/v1/accounts/{appid}', {
        params: { path: { appid } },
        body:
          callbackMode === 'plain'
            ? { callbackToken: made.callbackToken }
            : { callbackToken: made.callbackToken, encodingAesKey: made.encodingAesKey },
      }),
    );
    keepSecrets(appid, made);
    setSecrets(made);
  };
  return (
    <div className="stack callback-form">
      {account.callbackUrlFaults.map((fault) => (
        <Alert key={fault.code} type="warning" showIcon title={inLanguage(fault)} />
      ))}
      <dl className="facts">
        <dt>{t('check.url')}</dt>
        <dd>
          {account.callbackUrl === null ? (
            <span className="quiet">{t('check.noUrl')}</span>
          ) : (
            <Copied text={account.callbackUrl} />
          )}
        </dd>
        {secrets && (
          <>
            <dt>{t('check.tokenLabel')}</dt>
            <dd>
              <Copied text={secrets.callbackToken} />
            </dd>
            {callbackMode !== 'plain' && (
              <>
                <dt>{t('check.aes')}</dt>
                <dd>
                  <Copied text={secrets.encodingAesKey} />
                </dd>
              </>
            )}
          </>
        )}
        <dt>{t('check.mode')}</dt>
        <dd>{callbackMode === 'plain' ? t('check.plain') : t('check.safe')}</dd>
      </dl>
      <p className="quiet small">
        {secrets ? t('check.secretsNote') : t('check.secretsGone')}{' '}
        {!secrets && manages && (
          <Button size="small" onClick={() => void renew()}>
            {t('check.renew')}
          </Button>
        )}
      </p>
    </div>
  );
}

const Copied = ({ text }: { readonly text: string }) => (
  <>
    <span className="code">{text}</span> <CopyButton text={text} />
  </>
);
