import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { useMe } from '../api/me';
import type { Operator } from '../api/operators';
import { moment } from '../format/times';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { Grants } from './grants';
import { MemberDialog } from './member-dialog';
import { RoleMatrix } from './role-matrix';

const PAGE = 50;

/** Who may come in, and what they may do. */
export function MembersPage() {
  const { t } = useTranslation(['settings', 'shell']);
  const me = useMe();
  const [edited, setEdited] = useState<Operator | 'new'>();
  useTitle(t('members.title'));
  const read = useInfiniteQuery({
    queryKey: ['operators'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/operators', {
          params: { query: { limit: PAGE, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <>
      <section className="card" aria-labelledby="members-title">
        <header className="card-head">
          <h2 id="members-title">{t('members.title')}</h2>
          <Button type="primary" onClick={() => setEdited('new')}>
            {t('members.add')}
          </Button>
        </header>
        <Shown of={read}>
          {({ pages }) => (
            <div className="table-scroll">
              <table className="table phone-rows members">
                <thead>
                  <tr>
                    {(['name', 'rights', 'last', 'state'] as const).map((column) => (
                      <th key={column} scope="col">
                        {t(`members.${column}`)}
                      </th>
                    ))}
                    <th scope="col">
                      <span className="visually-hidden">{t('members.edit')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {pages
                    .flatMap(({ items }) => items)
                    .map((operator) => (
                      <tr key={operator.id}>
                        <th scope="row">
                          <span className="member-name">
                            <strong>{operator.name}</strong>
                            {me.kind === 'operator' && me.id === operator.id && (
                              <span className="label">{t('members.you')}</span>
                            )}
                          </span>
                          <span className="quiet small">{operator.login}</span>
                        </th>
                        <td>
                          <Grants grants={operator.grants} />
                        </td>
                        <td className="nowrap" data-label={t('members.last')}>
                          {operator.lastSeenAt === null ? (
                            <span className="quiet">{t('members.never')}</span>
                          ) : (
                            moment(operator.lastSeenAt)
                          )}
                        </td>
                        <td>
                          <MemberState operator={operator} />
                        </td>
                        <td className="end">
                          <Button size="small" onClick={() => setEdited(operator)}>
                            {t('members.edit')}
                          </Button>
                        </td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          )}
        </Shown>
        {read.hasNextPage && (
          <p className="card-body">
            <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
              {t('shell:states.more')}
            </Button>
          </p>
        )}
      </section>
      <RoleMatrix />
      {edited !== undefined && (
        <MemberDialog
          operator={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

function MemberState({ operator }: { readonly operator: Operator }) {
  const { t } = useTranslation('settings');
  if (operator.disabledAt !== null)
    return (
      <span className="state-tag" data-ink="quiet">
        {t('members.disabled')}
      </span>
    );
  return (
    <span className="row">
      <span className="state-tag" data-ink={operator.mustChangePassword ? 'wait' : 'good'}>
        {operator.mustChangePassword ? t('members.firstPassword') : t('members.active')}
      </span>
      {operator.oidcIssuer !== null && <span className="label">{t('members.company')}</span>}
      {operator.totp && <span className="label">{t('members.twoStep')}</span>}
    </span>
  );
}
