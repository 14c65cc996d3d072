import { useEffect, useSyncExternalStore } from 'react';
import { base } from './base';
import { type Listener, LiveStream, type StreamState } from './live-stream';

export const stream = new LiveStream(
  (topics) => new EventSource(new URL(`v1/events?topics=${encodeURIComponent(topics)}`, base).href),
  () => document.hidden,
);
document.addEventListener('visibilitychange', stream.settle);
window.addEventListener('online', stream.settle);

/** Hears a topic while the component is on the page. The listener must not change from one drawing to the next. */
export function useTopics(topics: readonly string[], listener: Listener): void {
  const joined = topics.join();
  useEffect(() => {
    if (joined === '') return undefined;
    const ends = joined.split(',').map((topic) => stream.listen(topic, listener));
    return () => {
      for (const end of ends) end();
    };
  }, [joined, listener]);
}

export const useStream = (): StreamState => useSyncExternalStore(stream.watch, stream.state);
