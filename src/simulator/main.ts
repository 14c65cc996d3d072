import { readCommandLine } from './command-line.js';
import { Rejection } from './rejection.js';
import { Simulator } from './simulator.js';

try {
  const read = readCommandLine(process.argv.slice(2));
  if ('help' in read) process.stdout.write(read.help);
  else
    await serve(
      await Simulator.start({ ...read.options, log: (line) => process.stderr.write(`${line}\n`) }),
    );
} catch (error) {
  if (!(error instanceof Rejection)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function serve(simulator: Simulator): Promise<void> {
  const { appid, followers, callback } = simulator.account().settings;
  const target = callback.url ? `pushing to ${callback.url} (${callback.mode})` : 'pushing nowhere';
  process.stdout.write(
    `pretended WeChat on ${simulator.url}: ${appid}, ${followers} followers, ${target}\n`,
  );
  await new Promise((stop) => {
    // Ctrl-C under npm arrives twice: from the terminal and passed on by npm.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  });
  await simulator.close();
}
