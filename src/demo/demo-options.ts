import { parseArgs } from 'node:util';
import { both } from '../kernel/bilingual.js';
import { StartFault } from '../kernel/start-fault.js';

export interface DemoOptions {
  /** The demo ends when the broadcast is over. Otherwise it stays up. */
  readonly once: boolean;
  /** The figures are printed as one JSON object, last. */
  readonly json: boolean;
  readonly followers: number;
}

const HELP = `npm run demo -- [--once] [--json] [--followers N]

  --once         最后一个回执到达后退出；有人没有结果时返回非零
                 leave when the last receipt is in; non-zero unless every follower is settled
  --json         最后输出一个 JSON 对象
                 print the figures as one JSON object, last
  --followers N  模拟号的粉丝数 how many people follow the pretended account (2000)
`;

/** Returns undefined after `--help`. Throws a `StartFault` for an unknown option. */
export function readDemoOptions(args: readonly string[]): DemoOptions | undefined {
  const values = parse(args);
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  const followers = Number(values.followers);
  if (!Number.isInteger(followers) || followers < 1 || followers > 1_000_000) {
    throw wrongOption(
      `--followers 应为 1 至 1000000 的整数，现为 ${values.followers}。`,
      `--followers must be a whole number from 1 to 1000000, not ${values.followers}`,
    );
  }
  return { once: values.once, json: values.json, followers };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        followers: { type: 'string', default: '2000' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrongOption('用法如下。', error instanceof Error ? error.message : String(error));
  }
}

const wrongOption = (zh: string, en: string): StartFault =>
  new StartFault(both(`参数有误：${zh}`, `wrong option: ${en}\n\n${HELP}`));
