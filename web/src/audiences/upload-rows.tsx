import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import type { Upload } from '../api/uploads';
import { count } from '../format/numbers';
import { Shown } from '../states/page-states';
import { BY_KEYBOARD } from '../states/by-keyboard';

const PAGE = 20;

/** What was read, row by row; asked for once somebody wants to see it. */
export function UploadRows({ upload }: { readonly upload: Upload }) {
  const { t } = useTranslation(['audiences', 'shell']);
  const { id, columns, openidColumn } = upload;
  const [isOpen, setIsOpen] = useState(false);
  const valued = columns.filter((name) => name !== '' && name !== openidColumn);
  const read = useInfiniteQuery({
    queryKey: ['upload', id, 'rows'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/uploads/{id}/rows', {
          params: {
            path: { id },
            query: { limit: PAGE, ...(pageParam && { after: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: isOpen,
  });
  return (
    <details
      className="card folded"
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>{t('rows.title', { n: count(upload.counts.usable) })}</summary>
      {isOpen && (
        <>
          <Shown of={read}>
            {({ pages }) => (
              <div
                className="table-scroll"
                aria-label={t('rows.title', { n: count(upload.counts.usable) })}
                {...BY_KEYBOARD}
              >
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">openid</th>
                      {valued.map((name) => (
                        <th key={name} scope="col">
                          {name}
                        </th>
                      ))}
                      <th scope="col" className="end">
                        {t('errors.line')}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {pages
                      .flatMap(({ items }) => items)
                      .map((row) => (
                        <tr key={row.openid}>
                          <th scope="row" className="code">
                            {row.openid}
                          </th>
                          {valued.map((name) => (
                            <td key={name}>{row.values[name] ?? ''}</td>
                          ))}
                          <td className="end num">{count(row.line)}</td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </div>
            )}
          </Shown>
          {read.hasNextPage && (
            <p className="list-more">
              <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
                {t('shell:states.more')}
              </Button>
            </p>
          )}
        </>
      )}
    </details>
  );
}
