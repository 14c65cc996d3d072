import { type LiveEvent, LiveStream, type Source } from './live-stream';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A connection that the test opens, cuts and speaks through. */
class FakeSource implements Source {
  readyState = 0;
  onopen: Source['onopen'] = null;
  onerror: Source['onerror'] = null;
  readonly #hearers = new Map<string, (event: MessageEvent) => void>();
  constructor(readonly topics: string) {}
  addEventListener(name: string, hearer: unknown): void {
    this.#hearers.set(name, hearer as (event: MessageEvent) => void);
  }
  close(): void {
    this.readyState = 2;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.call(this as never, undefined as never);
  }
  fails(isRefused: boolean): void {
    this.readyState = isRefused ? 2 : 0;
    this.onerror?.call(this as never, undefined as never);
  }
  says(name: string, data: object): void {
    this.#hearers.get(name)?.({ data: JSON.stringify(data) } as MessageEvent);
  }
}

describe('the stream of a page', () => {
  let sources: FakeSource[];
  let isHidden: boolean;
  let stream: LiveStream;
  beforeEach(() => {
    sources = [];
    isHidden = false;
    stream = new LiveStream(
      (topics) => {
        const source = new FakeSource(topics);
        sources.push(source);
        return source;
      },
      () => isHidden,
    );
  });
  const ignore = (): void => {};
  const settled = (): Promise<void> => sleep(100);
  const last = (): FakeSource => sources.at(-1)!;

  it('the stream of a page is one, for every topic that is listened to', async () => {
    const heard: LiveEvent[] = [];
    stream.listen('broadcast:b', ignore);
    stream.listen('broadcast:a', (event) => heard.push(event));
    await settled();
    expect(sources.map(({ topics }) => topics)).toEqual(['broadcast:a,broadcast:b']);
    last().says('progress', { id: 'a', total: 3 });
    expect(heard).toEqual([
      { name: 'progress', topic: 'broadcast:a', data: { id: 'a', total: 3 } },
    ]);
  });

  it('the stream of a page is live once it has opened, and not after it was cut', async () => {
    stream.listen('broadcast:a', ignore);
    await settled();
    expect(stream.state().live).toBeUndefined();
    last().opens();
    expect(stream.state().live).toBe(true);
    last().fails(false);
    expect(stream.state().live).toBe(false);
  });

  it('the stream of a page is neither live nor cut where there is nothing to be told', async () => {
    const end = stream.listen('broadcast:a', ignore);
    await settled();
    last().opens();
    last().fails(false);
    end();
    await settled();
    expect(stream.state().live).toBeUndefined();
    expect(last().readyState).toBe(2);
    // What a closed connection still has to say is of no matter.
    last().fails(true);
    expect(stream.state().live).toBeUndefined();
  });

  it('the stream of a page is asked for again after a refusal', async () => {
    stream.listen('broadcast:a', ignore);
    await settled();
    last().fails(true);
    await sleep(1_200);
    expect(sources).toHaveLength(2);
  });

  it('the stream of a page is closed while the page is hidden', async () => {
    stream.listen('broadcast:a', ignore);
    await settled();
    isHidden = true;
    stream.settle();
    await settled();
    expect(last().readyState).toBe(2);
    isHidden = false;
    stream.settle();
    await settled();
    expect(sources).toHaveLength(2);
  });

  it('the stream of a page is another one for another person', async () => {
    stream.listen('broadcast:a', ignore);
    await settled();
    stream.renew();
    expect(last().readyState).toBe(2);
    await settled();
    expect(sources.map(({ topics }) => topics)).toEqual(['broadcast:a', 'broadcast:a']);
  });
});
