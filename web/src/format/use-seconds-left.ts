import { useEffect, useState } from 'react';
import { serviceNow } from '../api/service-clock';

/** Whole seconds until then by the service's clock, told anew with each; 0 once it is over. */
export function useSecondsLeft(until: string | null | undefined): number {
  const left = (): number =>
    typeof until !== 'string'
      ? 0
      : Math.max(0, Math.ceil((Date.parse(until) - serviceNow()) / 1_000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- `left` follows from `until`
  }, [until]);
  return seconds;
}
