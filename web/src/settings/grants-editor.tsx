import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAccounts } from '../api/accounts';
import type { Grant } from './grants';

const ROLES = ['viewer', 'editor', 'sender', 'admin', 'support'] as const;

/** Rows of a role and its accounts. Nobody gives more than they have: the service refuses it. */
export function GrantsEditor({
  grants,
  onChange,
}: {
  readonly grants: readonly Grant[];
  readonly onChange: (grants: readonly Grant[]) => void;
}) {
  const { t } = useTranslation(['settings', 'shell']);
  const accounts = useAccounts();
  const put = (index: number, grant: Grant): void =>
    onChange(grants.map((each, at) => (at === index ? grant : each)));
  return (
    <div className="stack">
      {grants.map((grant, index) => (
        // Rows have no name of their own; they are only added at the end and taken out.
        <fieldset key={index} className="grant-row">
          <div className="field">
            <label htmlFor={`role-${index}`}>{t('members.role')}</label>
            <select
              id={`role-${index}`}
              className="input"
              value={grant.role}
              onChange={(event) =>
                put(index, { ...grant, role: event.target.value as Grant['role'] })
              }
            >
              {ROLES.map((role) => (
                <option key={role} value={role}>
                  {t(`shell:roles.${role}`)}
                </option>
              ))}
            </select>
          </div>
          <div className="field grow">
            <span className="label">{t('members.scope')}</span>
            <div className="grant-scope">
              <label className="check">
                <input
                  type="checkbox"
                  checked={grant.appids === null}
                  onChange={(event) =>
                    put(index, { ...grant, appids: event.target.checked ? null : [] })
                  }
                />
                {t('members.everywhere')}
              </label>
              {grant.appids !== null &&
                accounts.map(({ appid, name }) => (
                  <label key={appid} className="check">
                    <input
                      type="checkbox"
                      checked={grant.appids?.includes(appid) ?? false}
                      onChange={(event) => {
                        const held = grant.appids ?? [];
                        put(index, {
                          ...grant,
                          appids: event.target.checked
                            ? [...held, appid]
                            : held.filter((each) => each !== appid),
                        });
                      }}
                    />
                    {name}
                  </label>
                ))}
            </div>
          </div>
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={t('members.removeGrant')}
            onClick={() => onChange(grants.filter((_, at) => at !== index))}
          />
        </fieldset>
      ))}
      <div>
        <Button
          size="small"
          onClick={() => onChange([...grants, { role: 'viewer', appids: null }])}
        >
          {t('members.addGrant')}
        </Button>
      </div>
    </div>
  );
}
