import { useEffect, useRef, useState } from 'react';
import { useAttempt } from './attempt';
import { asProblem, type Problem } from './problem';

/** A try without an answer for so long is given up for the next one, which the service knows by its key. */
const PATIENCE_MS = 6_000;
/** After so long somebody is told that it is still being tried. */
const SLOW_MS = 3_000;

interface Insisting<T> {
  /** One try, which ends when the signal says so. */
  readonly ask: (signal: AbortSignal) => Promise<T>;
  /** Whether there is still time for another. */
  readonly isInTime: () => boolean;
  /** The person has left, or waits no longer. */
  readonly givenUp: AbortSignal;
  readonly onTry?: (tries: number) => void;
  readonly everyMs?: number;
  readonly patienceMs?: number;
}

/** Asks until there is an answer, which may be a refusal; throws the last `Problem` where none came in time. */
export async function insist<T>({
  ask,
  isInTime,
  givenUp,
  onTry,
  everyMs = 1_000,
  patienceMs = PATIENCE_MS,
}: Insisting<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    onTry?.(tries);
    const patience = new AbortController();
    const end = (): void => patience.abort();
    const timer = setTimeout(end, patienceMs);
    givenUp.addEventListener('abort', end);
    let problem: Problem;
    try {
      return await ask(patience.signal);
    } catch (error) {
      problem = asProblem(error);
    } finally {
      clearTimeout(timer);
      givenUp.removeEventListener('abort', end);
    }
    if (!problem.isOpen || !isInTime()) throw problem;
    await rest(everyMs, givenUp);
    if (givenUp.aborted) throw problem;
  }
}

const rest = (ms: number, end: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (end.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, ms);
    end.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** What must not miss, as pause and undo: tried in view of whoever asks for it, and for as long as they look. */
export function useInsistence() {
  const attempt = useAttempt();
  const [tries, setTries] = useState(0);
  const [isLate, setLate] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const going = useRef<AbortController>(undefined);
  useEffect(() => () => going.current?.abort(), []);

  /** What was answered; undefined where `problem` says why not. */
  const insistOn = async <T>(
    act: string,
    send: (key: string, signal: AbortSignal) => Promise<T>,
    isInTime: () => boolean,
  ): Promise<T | undefined> => {
    const stop = new AbortController();
    going.current = stop;
    setProblem(undefined);
    const late = setTimeout(() => setLate(true), SLOW_MS);
    try {
      return await insist({
        ask: (signal) => attempt.ask(act, (key) => send(key, signal)),
        isInTime,
        givenUp: stop.signal,
        onTry: setTries,
      });
    } catch (error) {
      setProblem(asProblem(error));
      return undefined;
    } finally {
      clearTimeout(late);
      setLate(false);
      setTries(0);
    }
  };
  return {
    insistOn,
    /** 0 where nothing is asked for. */
    tries,
    /** It takes longer than an answer should. */
    isSlow: isLate || tries > 1,
    problem,
    giveUp: () => going.current?.abort(),
  };
}
