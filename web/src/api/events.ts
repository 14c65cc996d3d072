import { useEffect, useSyncExternalStore } from 'react';
import { base } from './base';

/** What the service tells of a topic, by the name of the event. */
export interface LiveEvent {
  readonly name: string;
  readonly topic: string;
  readonly data: Readonly<Record<string, unknown>>;
}
type Listener = (event: LiveEvent) => void;

const NAMES = ['progress', 'state', 'why', 'edited', 'account', 'me', 'bye'] as const;
/** Pages add and drop topics while they are drawn: one new stream for all of that. */
const SETTLE_MS = 60;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

export interface StreamState {
  /** Undefined until the first stream has opened. */
  readonly live: boolean | undefined;
  /** When something was last heard. */
  readonly heardAt: number;
}

const listeners = new Map<string, Set<Listener>>();
const watchers = new Set<() => void>();
const askers = new Set<() => void>();
let state: StreamState = { live: undefined, heardAt: Date.now() };
let source: EventSource | undefined;
let opened = '';
let tries = 0;
let settling: number | undefined;
let retrying: number | undefined;

function setState(live: boolean): void {
  state = { live, heardAt: live ? Date.now() : state.heardAt };
  for (const watcher of watchers) watcher();
}

/** One stream for the whole page; none while the page is hidden, as a browser has six connections for all its tabs. */
function sync(): void {
  const wanted = document.hidden ? '' : [...listeners.keys()].sort().join();
  if (wanted === opened && source?.readyState !== EventSource.CLOSED) return;
  source?.close();
  clearTimeout(retrying);
  source = undefined;
  opened = wanted;
  if (wanted !== '') open(wanted);
}

function open(topics: string): void {
  const stream = new EventSource(
    new URL(`v1/events?topics=${encodeURIComponent(topics)}`, base).href,
  );
  source = stream;
  const heard = (): void => {
    tries = 0;
    setState(true);
  };
  stream.onopen = heard;
  for (const name of NAMES)
    stream.addEventListener(name, (event) => {
      heard();
      deliver(name, event.data as string);
    });
  stream.onerror = () => {
    setState(false);
    // A refusal closes the stream for good; a cut one is opened again by the browser.
    if (stream.readyState !== EventSource.CLOSED) return;
    clearTimeout(retrying);
    const wait = RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)] ?? 10_000;
    retrying = window.setTimeout(() => {
      if (source !== stream) return;
      opened = '';
      sync();
    }, wait);
  };
}

function deliver(name: string, text: string): void {
  const data = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (name === 'bye') {
    // A process that stops sends everybody to another one; else our rights or our session are not what they were.
    if (data['reason'] !== 'stopping') for (const asked of askers) asked();
    return;
  }
  const topic = topicOf(name, data);
  for (const listener of listeners.get(topic) ?? []) listener({ name, topic, data });
}

function topicOf(name: string, { id, appid }: Readonly<Record<string, unknown>>): string {
  if (typeof id === 'string') return `broadcast:${id}`;
  return typeof appid === 'string' ? `account:${appid}` : name;
}

function settle(): void {
  clearTimeout(settling);
  settling = window.setTimeout(sync, SETTLE_MS);
}
document.addEventListener('visibilitychange', settle);
window.addEventListener('online', settle);
/** Called when the service wants us to ask anew who we are. */
export function onRightsChanged(asked: () => void): () => void {
  askers.add(asked);
  return () => askers.delete(asked);
}

function listen(topic: string, listener: Listener): () => void {
  const all = listeners.get(topic) ?? new Set();
  all.add(listener);
  listeners.set(topic, all);
  settle();
  return () => {
    all.delete(listener);
    if (all.size === 0) listeners.delete(topic);
    settle();
  };
}

/** Hears a topic while the component is on the page. The listener must not change from one drawing to the next. */
export function useTopics(topics: readonly string[], listener: Listener): void {
  const joined = topics.join();
  useEffect(() => {
    if (joined === '') return undefined;
    const ends = joined.split(',').map((topic) => listen(topic, listener));
    return () => {
      for (const end of ends) end();
    };
  }, [joined, listener]);
}

export const useStream = (): StreamState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
