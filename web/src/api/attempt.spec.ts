import { Attempt } from './attempt';
import { Problem } from './problem';

describe('an attempt', () => {
  /** Asks, and says under which key; `outcome` is the status of a refusal, or 200. */
  async function keyOf(attempt: Attempt, request: unknown, outcome: number): Promise<string> {
    let used = '';
    const asked = attempt.ask(request, async (key) => {
      used = key;
      if (outcome !== 200) throw new Problem(outcome, {});
      return outcome;
    });
    expect(await asked.catch(({ status }: Problem) => status)).toBe(outcome);
    return used;
  }

  it.each([0, 500, 503])(
    'an attempt keeps its key after %i, which leaves open whether it was done',
    async (status) => {
      const attempt = new Attempt();
      const key = await keyOf(attempt, {}, status);
      expect(await keyOf(attempt, {}, status)).toBe(key);
      expect(await keyOf(attempt, {}, 200)).toBe(key);
    },
  );

  it.each([200, 401, 409, 412, 422])(
    'an attempt takes another key after %i, which answers it',
    async (status) => {
      const attempt = new Attempt();
      const key = await keyOf(attempt, {}, status);
      expect(await keyOf(attempt, {}, 200)).not.toBe(key);
    },
  );

  it('an attempt takes another key for another request, though the last one was never answered', async () => {
    const attempt = new Attempt();
    const key = await keyOf(attempt, { holds: ['1'] }, 0);
    expect(await keyOf(attempt, { holds: ['2'] }, 200)).not.toBe(key);
  });
});
