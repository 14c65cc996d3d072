import { CheckOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { BY_KEYBOARD } from '../states/by-keyboard';
import { Shown } from '../states/page-states';

/** What each role may do, from the very table by which the service decides. */
export function RoleMatrix() {
  const { t } = useTranslation(['settings', 'shell']);
  const read = useQuery({
    queryKey: ['roles'],
    queryFn: () => answered(api.GET('/v1/roles')),
    staleTime: Infinity,
  });
  return (
    <section className="card" aria-labelledby="roles-title">
      <header className="card-head">
        <h2 id="roles-title">{t('roles.title')}</h2>
        <span className="quiet small">{t('roles.note')}</span>
      </header>
      <Shown of={read}>
        {({ items }) => (
          <div className="table-scroll" aria-labelledby="roles-title" {...BY_KEYBOARD}>
            <table className="table matrix">
              <thead>
                <tr>
                  <th scope="col">{t('roles.permission')}</th>
                  {items.map(({ role }) => (
                    <th key={role} scope="col">
                      {t(`shell:roles.${role}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {[...new Set(items.flatMap(({ permissions }) => permissions))].map((permission) => (
                  <tr key={permission}>
                    <th scope="row">
                      {t(`roles.names.${permission}`)}{' '}
                      <span className="code quiet">{permission}</span>
                    </th>
                    {items.map(({ role, permissions }) => (
                      <td key={role}>
                        {permissions.includes(permission) ? (
                          <>
                            <CheckOutlined className="matrix-yes" />
                            <span className="visually-hidden">{t('roles.has')}</span>
                          </>
                        ) : (
                          <>
                            <span aria-hidden="true" className="quiet">
                              –
                            </span>
                            <span className="visually-hidden">{t('roles.hasNot')}</span>
                          </>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
    </section>
  );
}
