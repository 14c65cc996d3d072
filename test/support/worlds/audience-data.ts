import { sql } from 'kysely';
import type { ResolvedAudience } from '../../../src/audiences/record/resolved-audience.js';
import { inByteOrder, newBroadcastId } from '../../../src/kernel/ids.js';
import type { EngineWorld } from './engine-world.js';

export type Random = (below: number) => number;

/** The same numbers each time. */
export function randomly(seed: number): Random {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

type Values = Readonly<Record<string, string>> | null;
type People = Map<string, Values>;

interface Row {
  readonly state: string;
  readonly detail: string | null;
  readonly errcode: number | null;
  readonly vars: Values;
}

const TAGS = [100, 101, 102, 103];
const tag = (id: number) => ({ id, name: `tag ${id}` });
const COLUMNS = ['姓名', '', '城市'];

/** Everything that an audience may be read from, in a database and in memory. */
export class AudienceData {
  readonly #people = Array.from({ length: 220 }, (_, i) => `o${'aZ_-9'[i % 5]}${i}`);
  readonly #subscribed = new Set<string>();
  readonly #granted = new Set<string>();
  readonly #withFormId = new Set<string>();
  readonly #listed = new Set<string>();
  readonly #tagged = new Map<number, Set<string>>();
  readonly #uploads = new Map<string, Map<string, readonly string[]>>();
  readonly #broadcasts = new Map<string, Map<string, Row>>();

  private constructor(
    /** A broadcast to a list. */
    readonly listId: string,
    readonly others: readonly string[],
  ) {}

  /** Who follows, in the order of their openids. */
  get followers(): string[] {
    return [...this.#subscribed].toSorted(inByteOrder);
  }

  static async fill(world: EngineWorld): Promise<AudienceData> {
    const [list, ...others] = [
      await world.broadcastTo(),
      await world.broadcastTo(),
      await world.broadcastTo(),
    ];
    const data = new AudienceData(list, others);
    data.#invent(randomly(42));
    await data.#store(world);
    return data;
  }

  #invent(random: Random): void {
    for (const openid of this.#people) {
      if (random(10) > 0) this.#subscribed.add(openid);
      if (random(3) === 0) this.#granted.add(openid);
      if (random(4) === 0) this.#withFormId.add(openid);
      if (random(5) === 0) this.#listed.add(openid);
    }
    for (const id of TAGS)
      this.#tagged.set(id, new Set(this.#people.filter(() => random(id - 97) === 0)));
    const value = () => ['', '小明', '北京', 'x'][random(4)] as string;
    for (const broadcast of this.others) {
      const some = this.#people.filter(() => random(3) === 0);
      this.#uploads.set(
        newBroadcastId(new Date()),
        new Map(some.map((openid) => [openid, [value(), value(), value()]])),
      );
      const rows = this.#people.filter(() => random(2) === 0);
      this.#broadcasts.set(broadcast, new Map(rows.map((openid) => [openid, this.#row(random)])));
    }
  }

  #row(random: Random): Row {
    const vars = random(2) === 0 ? null : { thing1: `t${random(3)}` };
    const more = { detail: null, errcode: null, vars };
    switch (random(4)) {
      case 0:
        return { ...more, state: 'skipped', detail: random(2) === 0 ? 'cancelled' : 'suppressed' };
      case 1:
        return { ...more, state: 'refused', errcode: random(2) === 0 ? 43004 : 40003 };
      case 2:
        return { ...more, state: 'delivered' };
      default:
        return { ...more, state: 'accepted' };
    }
  }

  async #store({ db, accountId }: EngineWorld): Promise<void> {
    for (const openid of this.#people) {
      await sql`insert into follower (account_id, openid, subscribed, as_of)
        values (${accountId}, ${openid}, ${this.#subscribed.has(openid)}, clock_now())`.execute(db);
      if (this.#granted.has(openid))
        await sql`insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
          values (${accountId}, ${openid}, 't1', 1, 0, clock_now())`.execute(db);
      if (this.#withFormId.has(openid))
        await sql`insert into form_id (account_id, openid, form_id, kind, use, state, collected_at)
          values (${accountId}, ${openid}, ${openid}, 'form', 1, 'live', clock_now())`.execute(db);
      if (this.#listed.has(openid))
        await sql`insert into broadcast_member (broadcast_id, openid)
          values (${this.listId}, ${openid})`.execute(db);
    }
    for (const [id, members] of this.#tagged)
      for (const openid of members)
        await sql`insert into follower_tag values (${accountId}, ${id}, ${openid})`.execute(db);
    for (const [id, rows] of this.#uploads)
      for (const [openid, cells] of rows)
        await sql`insert into upload_row (upload_id, openid, line, cells)
          values (${id}, ${openid}, 1, ${JSON.stringify(cells)})`.execute(db);
    for (const [id, rows] of this.#broadcasts)
      for (const [openid, { state, detail, errcode, vars }] of rows)
        await sql`insert into delivery (broadcast_id, openid, account_id, state, detail, errcode, vars)
          values (${id}, ${openid}, ${accountId}, ${state}::delivery_state, ${detail}, ${errcode},
            ${vars && JSON.stringify(vars)}::jsonb)`.execute(db);
  }

  /** @param depth how many unions and exclusions may stand in each other */
  randomAudience(random: Random, depth: number): ResolvedAudience {
    const kinds = [
      'all',
      'granted',
      'hasFormId',
      'openids',
      'tags',
      'upload',
      'broadcast',
    ] as const;
    const deep = depth > 0 ? (['remaining', 'saved', 'union', 'union', 'union'] as const) : [];
    const all = [...kinds, ...deep];
    const audience = this.randomOf(all[random(all.length)]!, random, depth);
    if (depth === 0 || random(3) > 0) return audience;
    const exclude = this.#some(random, 1 + random(3), depth - 1);
    return { ...audience, exclude };
  }

  randomOf(kind: ResolvedAudience['kind'], random: Random, depth: number): ResolvedAudience {
    const among = <T>(all: readonly T[]): T => all[random(all.length)] as T;
    switch (kind) {
      case 'all':
      case 'granted':
      case 'hasFormId':
        return { kind };
      case 'openids': {
        if (random(2) === 0) return { kind, count: this.#listed.size };
        const openids = this.#people.filter(() => random(6) === 0);
        return { kind, count: openids.length, openids };
      }
      case 'tags': {
        const some = () => TAGS.filter(() => random(3) === 0).map(tag);
        return { kind, any: some(), all: some(), none: some() };
      }
      case 'upload': {
        const [uploadId, rows] = among([...this.#uploads]);
        return { kind, uploadId, columns: COLUMNS, count: rows.size };
      }
      case 'broadcast':
        return {
          kind,
          broadcastId: among([...this.#broadcasts.keys()]),
          ...(random(2) === 0 && { states: among([['skipped'], ['accepted', 'refused']]) }),
          ...(random(3) === 0 && { reasons: ['cancelled'] }),
          ...(random(3) === 0 && { errcodes: [43004] }),
        };
      case 'remaining':
        return {
          kind,
          broadcastId: among([...this.#broadcasts.keys()]),
          of: this.randomAudience(random, depth - 1),
        };
      case 'saved': {
        const of = this.randomAudience(random, depth - 1);
        return { kind, audienceId: this.listId, name: 'saved', version: 1, of };
      }
      case 'union':
        return { kind, of: this.#some(random, 1 + random(4), depth - 1) };
    }
  }

  #some(random: Random, count: number, depth: number): ResolvedAudience[] {
    return Array.from({ length: count }, () => this.randomAudience(random, depth));
  }

  /** Everybody of an audience and what is counted, by sets. */
  naive(
    audience: ResolvedAudience,
    columns: readonly string[],
  ): {
    people: [string, Values][];
    sources: number[];
    duplicates: number;
    excluded: number;
  } {
    if (audience.kind === 'saved') {
      const { of } = audience;
      const exclude = [...(of.exclude ?? []), ...(audience.exclude ?? [])];
      return this.naive({ ...of, exclude }, columns);
    }
    const entries = (audience.kind === 'union' ? audience.of : [audience]).map((each) =>
      audience.kind === 'union' ? this.#peopleOf(each, columns) : this.#kindOf(each, columns),
    );
    const everybody = new Set(entries.flatMap((people) => [...people.keys()]));
    const sum = entries.reduce((all, { size }) => all + size, 0);
    const people = this.#peopleOf(audience, columns);
    return {
      people: [...people].toSorted(([a], [b]) => inByteOrder(a, b)),
      sources: entries.map(({ size }) => size),
      duplicates: sum - everybody.size,
      excluded: everybody.size - people.size,
    };
  }

  #peopleOf(audience: ResolvedAudience, columns: readonly string[]): People {
    const people = new Map(this.#kindOf(audience, columns));
    for (const excluded of audience.exclude ?? [])
      for (const openid of this.#peopleOf(excluded, []).keys()) people.delete(openid);
    return people;
  }

  #kindOf(audience: ResolvedAudience, columns: readonly string[]): People {
    const wanted = (values: Values): Values => {
      const found = columns.flatMap((name): [string, string][] => {
        const value = values?.[name] ?? '';
        return value === '' ? [] : [[name, value]];
      });
      return found.length === 0 ? null : Object.fromEntries(found);
    };
    const nobodys = (openids: Iterable<string>): People =>
      new Map([...openids].map((openid) => [openid, null]));
    switch (audience.kind) {
      case 'all':
        return nobodys(this.#subscribed);
      case 'granted':
        return nobodys(this.#granted);
      case 'hasFormId':
        return nobodys(this.#withFormId);
      case 'openids':
        return nobodys(audience.openids ?? this.#listed);
      case 'tags': {
        const { any, all, none } = audience;
        const has =
          (openid: string) =>
          ({ id }: { id: number }) =>
            this.#tagged.get(id)!.has(openid);
        const isFree = any.length === 0 && all.length === 0;
        return nobodys(
          this.#people.filter(
            (openid) =>
              (!isFree || this.#subscribed.has(openid)) &&
              (any.length === 0 || any.some(has(openid))) &&
              all.every(has(openid)) &&
              !none.some(has(openid)),
          ),
        );
      }
      case 'upload':
        return new Map(
          [...this.#uploads.get(audience.uploadId)!].map(([openid, cells]) => [
            openid,
            wanted(Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at] as string]))),
          ]),
        );
      case 'broadcast': {
        const { states, reasons, errcodes } = audience;
        return new Map(
          [...this.#broadcasts.get(audience.broadcastId)!].flatMap(([openid, row]) => {
            const fits =
              (states === undefined || states.includes(row.state)) &&
              (reasons === undefined ||
                row.state !== 'skipped' ||
                reasons.includes(row.detail ?? '')) &&
              (errcodes === undefined || errcodes.includes(row.errcode ?? 0));
            return fits ? [[openid, wanted(row.vars)]] : [];
          }),
        );
      }
      case 'remaining': {
        const people = this.#peopleOf(audience.of, columns);
        for (const [openid, { state, detail }] of this.#broadcasts.get(audience.broadcastId)!)
          if (state !== 'skipped' || detail !== 'cancelled') people.delete(openid);
        return people;
      }
      case 'saved':
        return this.#peopleOf(audience.of, columns);
      case 'union': {
        const people: Map<string, Values> = new Map();
        for (const each of audience.of)
          for (const [openid, values] of this.#peopleOf(each, columns)) {
            const both = { ...values, ...people.get(openid) };
            people.set(openid, wanted(both));
          }
        return people;
      }
    }
  }
}
