import { useBroadcastOfPage } from './broadcast-page';
import { Funnel } from './funnel';
import { Skipped } from './skipped';

export function ProgressTab() {
  const broadcast = useBroadcastOfPage();
  return (
    <div className="two-columns">
      <Funnel broadcast={broadcast} />
      <Skipped broadcast={broadcast} />
    </div>
  );
}
