import { Alert, Button } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { asProblem } from '../api/problem';
import { CopyButton } from '../format/copy-button';
import './states.css';

/** A skeleton after a fifth of a second, a word after three seconds, a way out after ten. */
export function Loading({
  lines = 4,
  onCancel,
}: {
  readonly lines?: number;
  readonly onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [200, 3_000, 10_000].map((ms, index) =>
      setTimeout(() => setStage(index + 1), ms),
    );
    return () => timers.forEach(clearTimeout);
  }, []);
  if (stage === 0) return <div className="loading" aria-busy="true" />;
  return (
    <div className="loading" aria-busy="true">
      <span className="visually-hidden" role="status">
        {t('states.loading')}
      </span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="skeleton" data-line={line % 4} />
      ))}
      {stage > 1 && (
        <p className="quiet">
          {t('states.stillLoading')}{' '}
          {stage > 2 && onCancel && (
            <button type="button" className="link-button" onClick={onCancel}>
              {t('states.cancel')}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** What could not be read, in the words of the service, and what to do. */
export function Failed({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  if (problem.status === 404) return <NotFound />;
  if (problem.status === 403) return <Forbidden>{problem.words}</Forbidden>;
  const text =
    problem.status === 0
      ? t('states.unreachable')
      : problem.status >= 500
        ? t('states.failed', { status: problem.status })
        : (problem.words ?? t('states.failed', { status: problem.status }));
  return (
    <Alert
      type="error"
      showIcon
      title={text}
      description={
        problem.requestId && (
          <span className="quiet small">
            {t('states.requestId', { id: problem.requestId.slice(0, 8) })}{' '}
            <CopyButton text={problem.requestId} />
          </span>
        )
      }
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t('states.retry')}
          </Button>
        )
      }
    />
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty text={t('states.notFound')}>
      <Link to="/">{t('states.home')}</Link>
    </Empty>
  );
}

export function Forbidden({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  return <Empty text={children ?? t('states.forbidden')}>{t('states.askAdmin')}</Empty>;
}

/** Nothing here, and what to do about it. */
export function Empty({
  text,
  children,
}: {
  readonly text: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <p>{text}</p>
      {children && <div className="empty-way">{children}</div>}
    </div>
  );
}

interface Read<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** What was read, or the state of reading it. Data that are there stay, whatever the next reading says. */
export function Shown<T>({
  of,
  lines,
  children,
}: {
  readonly of: Read<T>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Failed error={of.error} onRetry={() => void of.refetch()} />;
  return <Loading lines={lines} />;
}
