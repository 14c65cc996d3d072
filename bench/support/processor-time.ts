import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** /proc counts processor time in ticks. Nearly every system has 100 in a second; getconf knows. */
let ticksPerSecond: number | undefined;

const ticks = (): number =>
  (ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

interface ProcessStat {
  readonly parent: number;
  /** Ticks of the process and of its ended children. */
  readonly used: number;
}

/**
 * Microseconds of processor time, user and system, that processes and all their descendants have used so far.
 * Live descendants count for themselves. The parents count for ended ones. For Postgres the postmaster is enough.
 */
export function processorMicros(pids: readonly number[]): number {
  const all = readAll();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const sum = (pid: number): number =>
    (all.get(pid)?.used ?? 0) +
    (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return (pids.reduce((total, pid) => total + sum(pid), 0) / ticks()) * 1_000_000;
}

/** Resident memory of one process in bytes. */
export function residentBytes(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

function readAll(): Map<number, ProcessStat> {
  const all = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      all.set(Number(name), parse(readFileSync(`/proc/${name}/stat`, 'utf8')));
    } catch {
      // The process has ended meanwhile.
    }
  }
  return all;
}

/** The second field is a name in brackets, which may hold anything. So fields are counted from its end. */
function parse(stat: string): ProcessStat {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, usersChildren = 0, systemsChildren = 0] = fields.slice(11, 15);
  return { parent, used: user + system + usersChildren + systemsChildren };
}
