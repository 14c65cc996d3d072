import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { answered, api } from '../api/client';
import { errorsFile, type Upload } from '../api/uploads';
import { count } from '../format/numbers';
import { inLanguage, language } from '../locales/language';
import { Shown } from '../states/page-states';
import { BY_KEYBOARD } from '../states/by-keyboard';

const PAGE = 20;

/** Each row that cannot be used, by its line and column; and all of them as a file, to be mended and sent again. */
export function UploadErrors({ upload }: { readonly upload: Upload }) {
  const { t } = useTranslation(['audiences', 'shell']);
  const { id, appid, counts, state } = upload;
  const bad = counts.failed + counts.duplicates;
  const read = useInfiniteQuery({
    // While the import goes on there are more of them each time.
    queryKey: ['upload', id, 'errors', state === 'ready' ? 'all' : bad],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/uploads/{id}/errors', {
          params: {
            path: { id },
            query: { limit: PAGE, ...(pageParam && { after: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (former) => former,
  });
  return (
    <section className="card" aria-labelledby="errors-title">
      <header className="card-head">
        <h2 id="errors-title">{t('errors.title', { n: count(bad) })}</h2>
        {state === 'ready' && (
          <Button href={errorsFile(id, language() === 'en' ? 'en' : 'zh')} download>
            {t('errors.file')}
          </Button>
        )}
      </header>
      <p className="card-body secondary errors-lead">
        {t('errors.lead')}{' '}
        <Link to={{ pathname: '/audiences/uploads', search: `?appid=${appid}` }}>
          {t('errors.again')}
        </Link>
      </p>
      <Shown of={read}>
        {({ pages }) => (
          <div className="table-scroll" aria-labelledby="errors-title" {...BY_KEYBOARD}>
            <table className="table">
              <thead>
                <tr>
                  {(['line', 'column', 'why', 'value'] as const).map((column) => (
                    <th key={column} scope="col" className={column === 'line' ? 'end' : undefined}>
                      {t(`errors.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap(({ items }) => items)
                  .map((error) => (
                    <tr key={`${error.line} ${error.code} ${error.column ?? ''}`}>
                      <th scope="row" className="end num">
                        {count(error.line)}
                      </th>
                      <td>{error.column ?? <span className="quiet">—</span>}</td>
                      <td>{inLanguage(error)}</td>
                      <td className="code">{error.value ?? ''}</td>
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
    </section>
  );
}
