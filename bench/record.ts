import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Figures } from './bench.js';
import type { Machine } from './support/machine.js';
import { isSpread } from './support/spread.js';

/** The latest figures of one bench, for every size and setting that was ever run. */
interface Entry {
  readonly at: string;
  readonly machine: Machine;
  readonly figures: Figures;
}
type Entries = Readonly<Record<string, Entry>>;

/** The file that partial runs are merged into. */
export class BenchRecord {
  readonly #file: string;

  private constructor(
    file: string,
    readonly entries: Entries,
  ) {
    this.#file = file;
  }

  static open(file: string): BenchRecord {
    try {
      const { benches } = JSON.parse(readFileSync(file, 'utf8')) as { benches: Entries };
      return new BenchRecord(file, benches);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new BenchRecord(file, {});
      throw new Error(`${file} should be a record of benchmarks, and is not: name another --file`, {
        cause: error,
      });
    }
  }

  /** New settings replace those of the same name. The others stay. */
  with(bench: string, figures: Figures, machine: Machine): BenchRecord {
    const merged = merge(this.entries[bench]?.figures ?? {}, figures);
    const entry: Entry = { at: new Date().toISOString(), machine, figures: merged };
    return new BenchRecord(this.#file, { ...this.entries, [bench]: entry });
  }

  save(summary: object): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const next = `${this.#file}.next`;
    writeFileSync(next, `${JSON.stringify({ ...summary, benches: this.entries }, undefined, 2)}\n`);
    renameSync(next, this.#file);
  }
}

/** All parts of a setting come from one run, so a setting is replaced as a whole. */
const merge = (old: Figures, fresh: Figures): Figures =>
  Object.values(fresh).every((figure) => typeof figure === 'object' && !isSpread(figure))
    ? { ...old, ...fresh }
    : fresh;
