import { BroadcastControl } from '../../../src/broadcast/control/broadcast-control.service.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { actingAs } from '../../../src/kernel/acting.js';
import { BroadcastApiWorld } from '../../support/worlds/broadcast-api-world.js';

interface HoldView {
  readonly id: string;
  readonly reason: string;
  readonly note?: string;
  readonly by?: { readonly name: string };
}
interface View {
  readonly state: string;
  readonly heldBy: readonly string[];
  readonly holds: readonly HoldView[];
}

describe('holds that wait for a person', () => {
  let world: BroadcastApiWorld;
  let id: string;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    id = await world.broadcast(await world.account(), { oA: { state: 'pending' } });
  });

  const viewOf = async () => (await world.get(`/v1/broadcasts/${id}`)).json as View;
  const resume = (body?: object, headers: Record<string, string> = {}) =>
    world.post(`/v1/broadcasts/${id}/resume`, body, headers);
  const holds = () => world.api.app.get(Holds, { strict: false });
  /** As somebody who has logged in pauses it. */
  const pausedBy = (who: number, note: string) =>
    actingAs({ kind: 'operator', id: who, name: `no. ${who}` }, () =>
      world.api.app
        .get(BroadcastControl, { strict: false })
        .pause({ id, verb: 'pause', idempotency: undefined }, note),
    );

  it('a pause says who paused and why, and has an id', async () => {
    const { json, status } = await world.post(`/v1/broadcasts/${id}/pause`, {
      note: '文案有误，等我',
    });
    expect({ status, ...(json as View) }).toMatchObject({
      status: 200,
      state: 'paused',
      holds: [
        { id: expect.any(String), reason: 'operator', note: '文案有误，等我', by: { kind: 'key' } },
      ],
    });
    expect(await resume()).toMatchObject({ status: 200, json: { state: 'running', holds: [] } });
  });

  it('whoever has paused without a word says why afterwards, and the hold stays the same one', async () => {
    const paused = (await world.post(`/v1/broadcasts/${id}/pause`, {})).json as View;
    const noted = await world.post(`/v1/broadcasts/${id}/pause`, { note: '文案有误，等我' });
    expect(noted).toMatchObject({
      status: 200,
      json: { holds: [{ id: paused.holds[0]?.id, reason: 'operator', note: '文案有误，等我' }] },
    });
    // Without a word it is a stop that stands already: what was said stays.
    await world.post(`/v1/broadcasts/${id}/pause`, {});
    expect((await viewOf()).holds.map(({ note }) => note)).toEqual(['文案有误，等我']);
    const { json } = await world.get(`/v1/broadcasts/${id}/timeline`);
    const { items } = json as { items: { kind: string; data: { note?: string } }[] };
    expect(items.filter(({ kind }) => kind === 'held').map(({ data }) => data.note)).toEqual([
      '文案有误，等我',
      undefined,
    ]);
  });

  it('a resume past another hold lifts nothing: it is told all, and lifts what it names', async () => {
    await pausedBy(1, '文案有误，等我');
    await holds().hold(id, { reason: 'problem', errcode: 43116, code: 'wechat_refused' });
    const refused = await resume();
    expect(refused).toMatchObject({
      status: 409,
      json: {
        code: 'name_the_holds',
        holds: [
          {
            reason: 'operator',
            note: '文案有误，等我',
            by: { name: 'no. 1' },
            zh: expect.any(String),
          },
          { reason: 'problem', code: 'wechat_refused', by: null, en: expect.any(String) },
        ],
      },
    });
    expect((await viewOf()).heldBy).toEqual(['operator', 'problem']);
    const problem = (await viewOf()).holds.find(({ reason }) => reason === 'problem');
    expect(await resume({ holds: [problem?.id] })).toMatchObject({
      status: 200,
      json: { state: 'paused', heldBy: ['operator'] },
    });
    // Named again, it is over already; what stands is lifted without a name, as it is the only one.
    expect((await resume({ holds: [problem?.id] })).status).toBe(200);
    expect((await viewOf()).heldBy).toEqual(['operator']);
    expect(await resume()).toMatchObject({ json: { state: 'running' } });
  });

  it('two people who pause have a hold each, and one of them does not lift the hold of the other', async () => {
    await Promise.all([pausedBy(1, 'a'), pausedBy(2, 'b'), pausedBy(1, 'a')]);
    const { holds: standing, heldBy } = await viewOf();
    expect(new Set(standing.map(({ note }) => note))).toEqual(new Set(['a', 'b']));
    expect(heldBy).toEqual(['operator']);
    expect((await resume()).status).toBe(409);
    const mine = standing.find(({ by }) => by?.name === 'no. 2');
    expect(await resume({ holds: [mine?.id] })).toMatchObject({ json: { state: 'paused' } });
    expect((await viewOf()).holds.map(({ note }) => note)).toEqual(['a']);
  });

  it('a hold that lifts itself is no matter of a person: it is not lifted by its id either', async () => {
    await holds().hold(id, { reason: 'quota', until: new Date(Date.now() + 3_600_000) });
    const [quota] = (await viewOf()).holds;
    expect(await resume({ holds: [quota?.id] })).toMatchObject({ json: { heldBy: ['quota'] } });
    expect(await resume()).toMatchObject({ json: { heldBy: ['quota'] } });
  });

  it('a resume whose key is asked for again does not lift what was held since', async () => {
    await pausedBy(1, 'a');
    const headers = { 'idempotency-key': 'mended' };
    expect((await resume(undefined, headers)).status).toBe(200);
    await pausedBy(2, 'b');
    expect(await resume(undefined, headers)).toMatchObject({ json: { state: 'paused' } });
    expect(await resume({ holds: [] }, headers)).toMatchObject({ status: 422 });
  });

  it.each([{ note: '' }, { note: 7 }, { notes: 'x' }])('a pause refuses %j', async (body) => {
    expect((await world.post(`/v1/broadcasts/${id}/pause`, body)).status).toBe(400);
  });
});
