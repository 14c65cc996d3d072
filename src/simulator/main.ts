import { readCommandLine } from './command-line.js';
import { Rejection } from './kernel/rejection.js';
import { Simulator } from './simulator.js';

try {
  const read = readCommandLine(process.argv.slice(2));
  if ('help' in read) process.stdout.write(read.help);
  else
    await serve(
      await Simulator.start({ ...read.options, log: (line) => process.stderr.write(`${line}\n`) }),
    );
} catch (error) {
  const words = error instanceof Rejection ? error.message : listenFault(error);
  if (words === undefined) throw error;
  process.stderr.write(`${words}\n`);
  process.exitCode = 2;
}

/** Says what is wrong with `--port` or `--host`. */
function listenFault(error: unknown): string | undefined {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `--port is taken, choose another: ${message}`;
  return syscall === 'listen' || syscall === 'getaddrinfo'
    ? `--host and --port cannot be listened on: ${message}`
    : undefined;
}

async function serve(simulator: Simulator): Promise<void> {
  const { appid, followers, callback } = simulator.account().settings;
  const target = callback.url ? `pushing to ${callback.url} (${callback.mode})` : 'pushing nowhere';
  process.stdout.write(
    `pretended WeChat on ${simulator.url}: ${appid}, ${followers} followers, ${target}\n`,
  );
  await new Promise((stop) => {
    // Under npm a Ctrl-C arrives twice: from the terminal and from npm.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  });
  await simulator.close();
}
