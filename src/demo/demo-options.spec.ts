import { StartFault } from '../kernel/start-fault.js';
import { readDemoOptions } from './demo-options.js';

describe('the options of the demo', () => {
  it.each([
    [['--wat'], '--wat'],
    [['--followers'], '--followers'],
    [['--followers', 'many'], 'whole number'],
    [['three'], 'three'],
  ])('the demo refuses the options %j in a sentence, and lists its options', (args, words) => {
    const read = () => readDemoOptions(args);

    expect(read).toThrow(StartFault);
    expect(read).toThrow(words);
    expect(read).toThrow('npm run demo -- [--once]');
  });
});
