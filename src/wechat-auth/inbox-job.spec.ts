import fc from 'fast-check';
import { carry, uncarry } from './inbox-job.js';

describe('bytes in a job', () => {
  it('bytes in a job come out as they went in', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const carried = JSON.parse(JSON.stringify(carry(Buffer.from(bytes)))) as ReturnType<
            typeof carry
          >;
          expect(uncarry(carried)).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  it('bytes in a job are text wherever that is exact, the byte order mark included', () => {
    expect(carry(Buffer.from('\ufeff<xml>你好 😀</xml>'))).toBe('\ufeff<xml>你好 😀</xml>');
  });

  it('bytes in a job are not text with a NUL, which jsonb refuses, or with what is not UTF-8, which text would change', () => {
    expect(carry(Buffer.from('a\0b'))).toEqual({ base64: 'YQBi' });
    expect(carry(Buffer.from([0xc3, 0x28]))).toEqual({ base64: 'wyg=' });
  });
});
