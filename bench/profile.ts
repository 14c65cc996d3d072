import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** V8's sampling writes a tree of calls, and the node that each sample hit. Times are in microseconds. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}
interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** A call, with its own time and the time of everything below it. */
export interface Call {
  readonly name: string;
  /** The part of the program that it belongs to: a package, a folder of ours, or Node. */
  readonly owner: string;
  readonly self: number;
  readonly total: number;
  readonly children: readonly Call[];
}

/** The loader recurses a hundred calls deep. One box says as much. */
const LOADER = 'node:internal/modules/';
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Reads the tree of a profile, without the idle time of the process. */
export function readProfile(file: string): Call {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const self = new Map<number, number>();
  samples.forEach((id, i) => self.set(id, (self.get(id) ?? 0) + (timeDeltas[i] ?? 0)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callOf = (node: ProfileNode): Call => {
    const children = (node.children ?? []).map((id) => callOf(byId.get(id) as ProfileNode));
    const own = IDLE.has(node.callFrame.functionName) ? 0 : (self.get(node.id) ?? 0);
    if (node.callFrame.url.startsWith(LOADER)) return loading(children, own);
    return {
      ...titleOf(node),
      self: own,
      total: children.reduce((sum, { total }) => sum + total, own),
      children,
    };
  };
  return callOf(nodes[0] as ProfileNode);
}

function loading(children: readonly Call[], own: number): Call {
  const total = children.reduce((sum, each) => sum + each.total, own);
  return { name: '(loading modules)', owner: 'node', self: total, total, children: [] };
}

function titleOf({ callFrame }: ProfileNode): { name: string; owner: string } {
  const { functionName, url, lineNumber } = callFrame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  const owner = ownerOf(name, url);
  const place = url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`;
  return { name: `${name}${place}`, owner };
}

function ownerOf(name: string, url: string): string {
  if (name === '(garbage collector)') return 'garbage collection';
  if (url === '' || url.startsWith('node:')) return url === '' ? 'V8 and system calls' : 'node';
  const packaged = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packaged !== undefined) return packaged;
  return `ours: ${/\/(?:dist|src)\/(.*)\/[^/]+$/.exec(url)?.[1] ?? 'main'}`;
}

/** Self time by a key of each call, the largest first. */
export function selfBy(root: Call, key: (call: Call) => string): [string, number][] {
  const sums = new Map<string, number>();
  const visit = (call: Call): void => {
    if (call.self > 0) sums.set(key(call), (sums.get(key(call)) ?? 0) + call.self);
    call.children.forEach(visit);
  };
  visit(root);
  return [...sums].sort(([, a], [, b]) => b - a);
}
