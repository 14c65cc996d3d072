import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import type { components } from '../api/schema';
import { CopyButton } from '../format/copy-button';
import { moment } from '../format/times';
import { useLanguage } from '../locales/use-language';
import { Shown } from '../states/page-states';

type State = components['schemas']['OidcStateView'];

/** Whether people come in by an identity provider, what it has to have on record, and why a login failed lately. */
export function OidcCard() {
  const { t } = useTranslation('settings');
  const read = useQuery({ queryKey: ['oidc'], queryFn: () => answered(api.GET('/v1/oidc')) });
  return (
    <section className="card" aria-labelledby="oidc-title">
      <header className="card-head">
        <h2 id="oidc-title">{t('system.oidc')}</h2>
        <span className="quiet small">{t('system.oidcLead')}</span>
      </header>
      <div className="card-body">
        <Shown of={read}>{(state) => <Facts state={state} />}</Shown>
      </div>
    </section>
  );
}

function Facts({ state }: { readonly state: State }) {
  const { t } = useTranslation('settings');
  const [language] = useLanguage();
  if (!state.configured)
    return (
      <div className="stack">
        <p>{t('system.oidcOff')}</p>
        <p className="secondary">{t('system.oidcHow')}</p>
      </div>
    );
  const { succeededAt, lastFailure } = state;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('system.oidcIssuer'), <Address key="issuer" text={state.issuer} />],
    [t('system.oidcClient'), state.clientId],
    [t('system.oidcRedirect'), <Address key="redirect" text={state.redirectUri} />],
    [t('system.oidcAfterLogout'), <Address key="logout" text={state.postLogoutRedirectUri} />],
    [t('system.oidcClaim'), state.roleClaim],
    [t('system.oidcAccounts'), state.accountsClaim],
    [
      t('system.oidcPasswords'),
      state.passwordLogin ? t('system.oidcPasswordsOn') : t('system.oidcPasswordsOff'),
    ],
    [t('system.oidcSucceeded'), succeededAt === null ? t('system.oidcNever') : moment(succeededAt)],
  ];
  return (
    <div className="stack">
      <p>
        {t('system.oidcOn')}
        {state.name !== null && ` · ${state.name}`}
      </p>
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== null)
          .map(([label, value]) => (
            <Fact key={label} label={label} value={value} />
          ))}
        {lastFailure && (
          <Fact
            label={t('system.oidcFailed')}
            value={
              <>
                {moment(lastFailure.at)} · {language === 'en' ? lastFailure.en : lastFailure.zh}
                {lastFailure.detail !== '' && (
                  <span className="quiet small"> {lastFailure.detail}</span>
                )}
              </>
            }
          />
        )}
      </dl>
    </div>
  );
}

const Fact = ({ label, value }: { readonly label: string; readonly value: ReactNode }) => (
  <>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </>
);

const Address = ({ text }: { readonly text: string | null }) =>
  text === null ? null : (
    <>
      <code>{text}</code> <CopyButton text={text} />
    </>
  );
