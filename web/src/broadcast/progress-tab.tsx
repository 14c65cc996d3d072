import { useBroadcastOfPage } from './broadcast-page';
import { Funnel } from './funnel';
import { Rates } from './rates';
import { Skipped } from './skipped';
import './rates.css';

export function ProgressTab() {
  const broadcast = useBroadcastOfPage();
  return (
    <div className="two-columns">
      <Funnel broadcast={broadcast} />
      {/* Notes of one broadcast are not another's. */}
      <Rates key={broadcast.id} broadcast={broadcast} />
      <Skipped broadcast={broadcast} />
    </div>
  );
}
