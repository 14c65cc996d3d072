import { Simulator } from '../simulator/simulator.js';
import { Moods } from './moods.js';

const DAY_MS = 86_400_000;
const SEND_PATH = '/cgi-bin/message/template/send';

describe('moods of a sandbox', () => {
  let wechat: Simulator;

  beforeEach(async () => {
    wechat = await Simulator.start({ followers: 10 });
  });
  afterEach(() => wechat.close());

  const used = (): number => wechat.account().quotas.report(SEND_PATH).quota.used;

  it('a spent quota is whole again in another mood', () => {
    const moods = new Moods(wechat);
    moods.apply('quota_gone');
    expect(used()).toBeGreaterThan(0);

    moods.apply('well');

    expect(used()).toBe(0);
  });

  it('a quota that was spent on the day before is not made larger by another mood', () => {
    const moods = new Moods(wechat);
    moods.apply('quota_gone');
    wechat.clock.advance(DAY_MS);

    moods.apply('well');

    expect(used()).toBe(0);
  });
});
