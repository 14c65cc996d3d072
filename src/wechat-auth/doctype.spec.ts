import fc from 'fast-check';
import { declaresDoctype } from './doctype.js';

describe('a document type', () => {
  it.each([
    '<!DOCTYPE xml [<!ENTITY a "b">]><xml/>',
    '<?xml version="1.0"?>\n<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
    '<xml><!doctype html></xml>',
    '<xml/><!ENTITY % x SYSTEM "http://example.org">',
    // Hidden behind what only looks like CDATA, a comment or an instruction.
    '<!-- <![CDATA[ --><!DOCTYPE xml><!-- ]]> --><xml/>',
    '<?a <!-- ?><!DOCTYPE xml><?b --> ?><xml/>',
    '<xml><![CDATA[<!--]]><!DOCTYPE xml><![CDATA[-->]]></xml>',
    // Never closed.
    '<xml><![CDATA[<!DOCTYPE xml>',
    '<!-- <!ENTITY x "y">',
  ])('a document type is seen in %s', (text) => {
    expect(declaresDoctype(text)).toBe(true);
  });

  it.each([
    '<xml><Content><![CDATA[how do I write <!DOCTYPE html>?]]></Content></xml>',
    '<xml><!-- no <!ENTITY here --><A>1</A></xml>',
    '<xml><A>DOCTYPE ENTITY</A></xml>',
    '<xml><A>&lt;!DOCTYPE&gt;</A></xml>',
    '',
  ])('a document type is not seen in %s', (text) => {
    expect(declaresDoctype(text)).toBe(false);
  });

  it('a document type is looked for in linear time', () => {
    const size = 1024 * 1024;
    for (const unit of ['<![CDATA[', '<!--', '<?', '<!', '<', '<![CDATA[]]>']) {
      declaresDoctype(`<!doctyp${unit.repeat(size / unit.length)}<!DOCTYPE`);
      declaresDoctype(`<!ENTIT<![CDATA[<!DOCTYPE]]>${unit.repeat(size / unit.length)}`);
    }
  });

  it('a document type is found wherever one is put between elements', () => {
    const passage = fc.constantFrom(
      '<A>1</A>',
      '<![CDATA[<!--]]>',
      '<!-- <![CDATA[ -->',
      '<?x <!-- ?>',
      ' ',
      ']]>',
      '-->',
    );
    fc.assert(
      fc.property(fc.array(passage), fc.array(passage), (before, after) => {
        expect(declaresDoctype([...before, '<!DOCTYPE xml>', ...after].join(''))).toBe(true);
        expect(declaresDoctype([...before, '<![CDATA[<!DOCTYPE xml>]]>', ...after].join(''))).toBe(
          false,
        );
      }),
    );
  });
});
