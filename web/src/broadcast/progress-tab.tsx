import { Suspense, lazy } from 'react';
import { Loading } from '../states/page-states';
import { useBroadcastOfPage } from './broadcast-page';
import { Funnel } from './funnel';
import { Skipped } from './skipped';

/** The library of charts is large, and its chart is below what is read first. */
const Series = lazy(async () => ({ default: (await import('./series')).Series }));

export function ProgressTab() {
  const broadcast = useBroadcastOfPage();
  return (
    <div className="two-columns">
      <Funnel broadcast={broadcast} />
      <div className="stack wide-gap">
        <Suspense fallback={<Loading />}>
          <Series broadcast={broadcast} />
        </Suspense>
        <Skipped broadcast={broadcast} />
      </div>
    </div>
  );
}
