import {
  asWritten,
  beneath,
  clashing,
  type DraftMembers,
  joined,
  merged,
  unsaved,
  without,
} from './merge';

const draft = {
  name: null,
  templateId: 'T1',
  fields: { first: 'a', remark: 'b' },
  url: 'https://example.com/',
  audience: { kind: 'all' },
} as Partial<DraftMembers>;

describe('an edit of a draft', () => {
  it('an edit of a draft is shown over the draft as a merge patch does it: deep in the fields, whole beside them', () => {
    expect(merged(draft, { url: null, fields: { first: 'c', remark: null } })).toEqual({
      ...draft,
      url: null,
      fields: { first: 'c' },
    });
  });

  it('an edit of a draft joins an earlier one, and what it says of the same member counts', () => {
    expect(
      joined(
        { url: 'x', fields: { first: '1', remark: '2' } },
        { url: 'y', fields: { first: '3' } },
      ),
    ).toEqual({ url: 'y', fields: { first: '3', remark: '2' } });
    expect(joined({ url: 'x' }, { fields: { first: '3' } })).toEqual({
      url: 'x',
      fields: { first: '3' },
    });
  });

  it('an edit of a draft is over a member that could not be sent as it was typed', () => {
    const stored = { ...draft, url: undefined, asGiven: { url: 'htt' } };
    expect(asWritten(stored).url).toBe('htt');
  });

  it('an edit of a draft loses what has been saved of it, and keeps what was typed since', () => {
    const sent = { url: 'x', fields: { first: '1', remark: '2' } };
    expect(unsaved({ url: 'x', fields: { first: '1', remark: '3' } }, sent)).toEqual({
      fields: { remark: '3' },
    });
    expect(unsaved(sent, sent)).toEqual({});
    // An emptied field is no untouched one.
    expect(unsaved({ url: null }, { fields: { first: '1' } })).toEqual({ url: null });
  });

  it('an edit of a draft can go without some of its members', () => {
    expect(without({ url: 'x', fields: { first: '1', remark: null } }, ['fields.first'])).toEqual({
      url: 'x',
      fields: { remark: null },
    });
    expect(without({ fields: { first: '1' } }, ['fields.first'])).toEqual({});
  });

  it('an edit of a draft clashes with what somebody else has written to the same member, and with nothing else', () => {
    const edit = { url: 'mine', fields: { first: 'mine' } };
    const was = beneath(edit, draft);
    const theirs = { ...draft, name: 'theirs', fields: { ...draft.fields, remark: 'theirs' } };
    expect(clashing(edit, was, theirs)).toEqual([]);
    expect(clashing(edit, was, merged(draft, { fields: { first: 'theirs' } }))).toEqual([
      'fields.first',
    ]);
    expect(clashing(edit, was, merged(draft, { url: null }))).toEqual(['url']);
    expect(clashing(edit, was, merged(draft, { url: 'mine' }))).toEqual([]);
  });

  it('an edit of a draft does not clash with what one has written oneself, a list of people by its length', () => {
    const own = { url: 'one', audience: { kind: 'openids', openids: ['a', 'b', 'a'] } };
    const edit = { url: 'two', audience: own.audience };
    const is = { ...draft, url: 'one', audience: { kind: 'openids', count: 2, duplicates: 1 } };
    expect(clashing(edit, beneath(edit, draft), is, own)).toEqual([]);
    expect(clashing(edit, beneath(edit, draft), is)).toEqual(['url', 'audience']);
  });

  it('an edit of a draft clashes with a list of people that somebody else has saved, of which the length alone is told', () => {
    const edit = { audience: { kind: 'openids', openids: ['a', 'b'] } };
    const was = beneath(edit, draft);
    expect(clashing(edit, was, draft)).toEqual([]);
    expect(clashing(edit, was, { ...draft, audience: { kind: 'openids', count: 2 } })).toEqual([
      'audience',
    ]);
  });
});
