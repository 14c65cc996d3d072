import { insist } from './insistence';
import { Problem } from './problem';

describe('what must not miss', () => {
  const never = new AbortController().signal;
  const silence = (): Problem => new Problem(0, {});

  it('what must not miss is asked again after silence and after a fault of the service, until it is answered', async () => {
    const outcomes = [silence(), new Problem(503, {}), 'done'];
    const tries: number[] = [];
    const answer = insist({
      ask: async () => {
        const outcome = outcomes.shift();
        if (outcome instanceof Problem) throw outcome;
        return outcome;
      },
      isInTime: () => true,
      givenUp: never,
      onTry: (n) => tries.push(n),
      everyMs: 1,
    });
    expect(await answer).toBe('done');
    expect(tries).toEqual([1, 2, 3]);
  });

  it('what must not miss is not asked again after a refusal, nor once the time for it is over', async () => {
    let asked = 0;
    const failing = (problem: Problem, isInTime: boolean) =>
      insist({
        ask: async () => {
          asked++;
          throw problem;
        },
        isInTime: () => isInTime,
        givenUp: never,
        everyMs: 1,
      });
    await expect(failing(new Problem(409, { code: 'too_late' }), true)).rejects.toMatchObject({
      code: 'too_late',
    });
    await expect(failing(silence(), false)).rejects.toMatchObject({ status: 0 });
    expect(asked).toBe(2);
  });

  it('what must not miss is asked again where an answer hangs, and one that hangs holds nobody who gives it up', async () => {
    const hanging = (signal: AbortSignal): Promise<string> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(silence())));
    let asked = 0;
    const answer = insist({
      ask: (signal) => (asked++ === 0 ? hanging(signal) : Promise.resolve('done')),
      isInTime: () => true,
      givenUp: never,
      everyMs: 1,
      patienceMs: 10,
    });
    expect(await answer).toBe('done');

    const person = new AbortController();
    const left = insist({ ask: hanging, isInTime: () => true, givenUp: person.signal });
    person.abort();
    await expect(left).rejects.toMatchObject({ status: 0 });
  });
});
