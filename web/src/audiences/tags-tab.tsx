import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import { type Tag, tagsQuery } from '../api/tags';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { useTitle } from '../shell/use-title';
import { Empty, Shown } from '../states/page-states';
import { DeleteTag } from './delete-tag';
import { TagMembers } from './tag-members';
import { TagNameDialog } from './tag-name-dialog';
import { TagPeopleDialog } from './tag-people-dialog';
import { TagSyncLine } from './tag-sync-line';
import { useAccount } from './use-account';

type Opened =
  | { readonly what: 'new' }
  | { readonly what: 'rename' | 'delete' | 'members' | 'people'; readonly tag: Tag };

/** The account's tags at WeChat: how many have each, as of when, and what can be done with them. */
export function TagsTab() {
  const { t } = useTranslation('audiences');
  const account = useAccount();
  const { appid } = account;
  const manages = useMay('tag.manage', appid);
  const [opened, setOpened] = useState<Opened>();
  useTitle(t('tabs.tags'));
  const read = useQuery(tagsQuery(appid));
  const close = (): void => setOpened(undefined);
  return (
    <>
      <section className="card" aria-labelledby="tags-title">
        <header className="card-head">
          <h2 id="tags-title">{t('tabs.tags')}</h2>
          {manages && (
            <Button icon={<PlusOutlined />} onClick={() => setOpened({ what: 'new' })}>
              {t('tags.create')}
            </Button>
          )}
        </header>
        <TagSyncLine appid={appid} asOf={read.data?.asOf ?? null} />
        <Shown of={read}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty text={t('tags.none')} />
            ) : (
              <div className="table-scroll">
                <table className="table phone-cut-3 phone-cut-4">
                  <thead>
                    <tr>
                      <th scope="col">{t('tags.name')}</th>
                      <th scope="col" className="end">
                        {t('tags.count')}
                      </th>
                      <th scope="col" className="end">
                        {t('tags.members')}
                      </th>
                      <th scope="col">{t('tags.asOf')}</th>
                      <th scope="col">
                        <span className="visually-hidden">{t('tags.verbs')}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((tag) => (
                      <tr key={tag.id}>
                        <th scope="row">{tag.name}</th>
                        <td className="end num">{count(tag.count)}</td>
                        <td className="end num">
                          {tag.members === null ? (
                            <span className="quiet">—</span>
                          ) : (
                            <button
                              type="button"
                              className="link-button"
                              onClick={() => setOpened({ what: 'members', tag })}
                            >
                              {count(tag.members)}
                            </button>
                          )}
                        </td>
                        <td className="nowrap">
                          {tag.asOf === null ? (
                            <span className="quiet">{t('tags.unread')}</span>
                          ) : (
                            moment(tag.asOf)
                          )}
                        </td>
                        <td className="end">
                          {manages && (
                            <span className="tag-verbs">
                              {(['people', 'rename', 'delete'] as const).map((what) => (
                                <button
                                  key={what}
                                  type="button"
                                  className="link-button"
                                  aria-label={`${t(`tags.${what}`)} ${tag.name}`}
                                  onClick={() => setOpened({ what, tag })}
                                >
                                  {t(`tags.${what}`)}
                                </button>
                              ))}
                            </span>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Shown>
      </section>
      {opened?.what === 'new' && <TagNameDialog appid={appid} onClose={close} />}
      {opened?.what === 'rename' && (
        <TagNameDialog appid={appid} tag={opened.tag} onClose={close} />
      )}
      {opened?.what === 'delete' && <DeleteTag appid={appid} tag={opened.tag} onClose={close} />}
      {opened?.what === 'members' && <TagMembers appid={appid} tag={opened.tag} onClose={close} />}
      {opened?.what === 'people' && (
        <TagPeopleDialog appid={appid} tag={opened.tag} onClose={close} />
      )}
    </>
  );
}
