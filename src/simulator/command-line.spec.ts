import { readCommandLine } from './command-line.js';

describe('the command line', () => {
  it('the command line of the simulator sets the first account and the server', () => {
    const read = readCommandLine([
      '--port=9700',
      '--followers',
      '1000000',
      '--callback=http://127.0.0.1:3000/wechat/wx0123456789abcdef/callback',
      '--callback-token=t',
      '--left=2%',
      '--receipt-early=0.2',
      '--receipt-shuffle',
      '--pages=pages/index,pages/course',
      '--wxopen',
    ]);
    expect(read).toEqual({
      options: {
        port: 9700,
        host: '127.0.0.1',
        seed: 1,
        openControl: false,
        followers: 1_000_000,
        callback: { url: 'http://127.0.0.1:3000/wechat/wx0123456789abcdef/callback', token: 't' },
        population: { left: 0.02 },
        receipts: { early: 0.2, shuffle: true },
        miniProgram: { pages: ['pages/index', 'pages/course'], wxopen: true },
      },
    });
  });

  it('the command line of the simulator lists every flag on request', () => {
    const read = readCommandLine(['--help']);
    expect('help' in read && read.help).toMatch(/--port[^]*--encoding-aes-key[^]*--receipt-never/);
  });

  it.each([
    [['--folowers=1'], /folowers.*--help lists/],
    [['--followers=many'], '--followers must be a number, not many'],
    [['--port=-1'], '--port must be a whole number'],
  ])('the command line of the simulator refuses %j', (args, complaint) => {
    expect(() => readCommandLine(args)).toThrow(complaint);
  });
});
