import type { Bench, Figures } from '../bench.js';
import type { PeopleLoggingIn, PeopleLoggingInResult } from '../programs/people-logging-in.js';
import type { SteadyPushes, SteadyPushesResult } from '../programs/steady-pushes.js';
import type { Program } from '../support/program.js';
import type { Service } from '../support/service.js';
import { spreadOf } from '../support/spread.js';

const PEOPLE = 20;
const PASSWORD = 'correct horse battery';
/** What a broadcast of as many sends a second brings; far below what the callback can take. */
const PUSHES_PER_SECOND = 300;

export const logins: Bench = {
  name: 'logins',
  about: `how soon pushes are answered while ${PEOPLE} people log in to the same process, all the time, and while nobody does`,
  async run(testbed, { full, rounds }) {
    const seconds = full ? 60 : 20;
    const wechat = await testbed.wechat();
    const processes = [['api', 'callback', 'worker']] as const;
    return testbed.withService({ processes }, async (service) => {
      const account = await wechat.createAccount(1, 0);
      await service.registerAccount(account);
      const { appid } = account;
      const { url, token } = service.callbackSettings(appid);
      const load: SteadyPushes = {
        url,
        keys: { appid, token },
        seconds,
        perSecond: PUSHES_PER_SECOND,
      };
      const people: PeopleLoggingIn = {
        origin: new URL(url).origin,
        logins: await makePeople(service),
        password: PASSWORD,
        seconds,
      };
      return testbed.withProgram('steady-pushes.ts', (pusher) =>
        testbed.withProgram('people-logging-in.ts', async (browsers) => {
          const push = () => pusher.request<SteadyPushesResult>(load);
          await warmUp(pusher, load, browsers, people);
          const [alone, beside]: [SteadyPushesResult[], SteadyPushesResult[]] = [[], []];
          const came: PeopleLoggingInResult[] = [];
          // In turn, so that whatever else the machine does falls on both.
          for (let round = 1; round <= rounds; round++) {
            alone.push(await push());
            const both = [push(), browsers.request<PeopleLoggingInResult>(people)] as const;
            const [pushed, comers] = await Promise.all(both);
            beside.push(pushed);
            came.push(comers);
          }
          return {
            'nobody logs in': pushFigures(alone),
            [`${PEOPLE} log in`]: { ...pushFigures(beside), logins: loginFigures(came) },
          };
        }),
      );
    });
  },
};

async function makePeople({ admin }: Service): Promise<string[]> {
  const names = Array.from({ length: PEOPLE }, (_, n) => `person${n + 1}`);
  const grants = [{ appids: null, role: 'viewer' }];
  for (const login of names)
    await admin.post('/v1/operators', { login, name: login, password: PASSWORD, grants });
  return names;
}

/** Code is compiled and connections are open before it counts. */
async function warmUp(
  pusher: Program,
  load: SteadyPushes,
  browsers: Program,
  people: PeopleLoggingIn,
): Promise<void> {
  await pusher.request({ ...load, seconds: 5 });
  await browsers.request({ ...people, seconds: 2 });
}

const pushFigures = (results: readonly SteadyPushesResult[]): Figures => ({
  p50Ms: spreadOf(results.map(({ p50 }) => p50)),
  p99Ms: spreadOf(results.map(({ p99 }) => p99)),
  mostMs: spreadOf(results.map(({ max: most }) => most)),
  notTaken: spreadOf(
    results.map(({ failed }) => failed),
    0,
  ),
  loadLateP99Ms: spreadOf(results.map(({ lateP99 }) => lateP99)),
});

const loginFigures = (results: readonly PeopleLoggingInResult[]): Figures => ({
  perSecond: spreadOf(results.map(({ perSecond }) => perSecond)),
  p50Ms: spreadOf(
    results.map(({ p50 }) => p50),
    0,
  ),
  p99Ms: spreadOf(
    results.map(({ p99 }) => p99),
    0,
  ),
  refused: spreadOf(
    results.map(({ failed }) => failed),
    0,
  ),
});
