/** What the service tells of a topic, by the name of the event. */
export interface LiveEvent {
  readonly name: string;
  readonly topic: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export type Listener = (event: LiveEvent) => void;

export interface StreamState {
  /** Undefined where there is nothing to be told, and until the first stream has opened. */
  readonly live: boolean | undefined;
  /** When something was last heard. */
  readonly heardAt: number;
}

/** As much of an `EventSource` as is used. */
export type Source = Pick<
  EventSource,
  'addEventListener' | 'close' | 'onerror' | 'onopen' | 'readyState'
>;

const NAMES = ['progress', 'state', 'why', 'edited', 'account', 'uploads', 'me', 'bye'] as const;
/** Pages add and drop topics while they are drawn: one new stream for all of that. */
const SETTLE_MS = 60;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];
/** `EventSource.CLOSED` */
const CLOSED = 2;

/** One stream for the whole page; none while the page is hidden, as a browser has six connections for all its tabs. */
export class LiveStream {
  readonly #connect: (topics: string) => Source;
  readonly #isHidden: () => boolean;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #watchers = new Set<() => void>();
  readonly #askers = new Set<() => void>();
  #state: StreamState = { live: undefined, heardAt: Date.now() };
  #source: Source | undefined;
  #opened = '';
  #tries = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #retrying: ReturnType<typeof setTimeout> | undefined;

  constructor(connect: (topics: string) => Source, isHidden: () => boolean) {
    this.#connect = connect;
    this.#isHidden = isHidden;
  }

  readonly state = (): StreamState => this.#state;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Called when the service wants us to ask anew who we are. */
  onRightsChanged(asked: () => void): () => void {
    this.#askers.add(asked);
    return () => this.#askers.delete(asked);
  }

  listen(topic: string, listener: Listener): () => void {
    const all = this.#listeners.get(topic) ?? new Set();
    all.add(listener);
    this.#listeners.set(topic, all);
    this.settle();
    return () => {
      all.delete(listener);
      if (all.size === 0) this.#listeners.delete(topic);
      this.settle();
    };
  }

  /** Looks, a little later, whether the stream is still the one that is wanted. */
  readonly settle = (): void => {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#sync(), SETTLE_MS);
  };

  /** Another stream in place of this one: the service opens it for whoever is logged in now. */
  renew(): void {
    this.#opened = '';
    this.#close();
    this.settle();
  }

  #sync(): void {
    const wanted = this.#isHidden() ? '' : [...this.#listeners.keys()].sort().join();
    if (wanted === this.#opened && this.#source?.readyState !== CLOSED) return;
    this.#close();
    this.#opened = wanted;
    if (wanted === '') this.#setLive(undefined);
    else this.#open(wanted);
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#retrying);
  }

  #open(topics: string): void {
    const stream = this.#connect(topics);
    this.#source = stream;
    const heard = (): void => {
      this.#tries = 0;
      this.#setLive(true);
    };
    stream.onopen = heard;
    for (const name of NAMES)
      stream.addEventListener(name, (event: MessageEvent) => {
        heard();
        this.#deliver(name, event.data as string);
      });
    stream.onerror = () => {
      if (this.#source !== stream) return;
      this.#setLive(false);
      // A refusal closes the stream for good; a cut one is opened again by the browser.
      if (stream.readyState !== CLOSED) return;
      clearTimeout(this.#retrying);
      const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)];
      this.#retrying = setTimeout(() => this.#sync(), wait);
    };
  }

  #deliver(name: string, text: string): void {
    const data = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (name === 'bye') {
      // A process that stops sends everybody to another one; else our rights or our session are not what they were.
      if (data['reason'] !== 'stopping') for (const asked of this.#askers) asked();
      return;
    }
    const topic = topicOf(name, data);
    for (const listener of this.#listeners.get(topic) ?? []) listener({ name, topic, data });
  }

  #setLive(live: boolean | undefined): void {
    this.#state = { live, heardAt: live === true ? Date.now() : this.#state.heardAt };
    for (const watcher of this.#watchers) watcher();
  }
}

function topicOf(name: string, { id, appid }: Readonly<Record<string, unknown>>): string {
  if (typeof id === 'string') return `broadcast:${id}`;
  return typeof appid === 'string' ? `account:${appid}` : name;
}
