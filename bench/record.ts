import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Figures } from './bench.js';
import type { Machine } from './support/machine.js';
import { isSpread } from './support/spread.js';

/** What is on record of one bench: the latest figures of every size and setting that was ever run. */
interface Entry {
  readonly at: string;
  readonly machine: Machine;
  readonly figures: Figures;
}
type Entries = Readonly<Record<string, Entry>>;

/** The file in which partial runs come together. */
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
      throw new Error(`${file} is no record of benchmarks`, { cause: error });
    }
  }

  /** Settings of the same name are replaced, others stay. */
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

/** Whole settings are replaced, never mixed: the parts of one belong to one run. */
const merge = (old: Figures, fresh: Figures): Figures =>
  Object.values(fresh).every((figure) => typeof figure === 'object' && !isSpread(figure))
    ? { ...old, ...fresh }
    : fresh;
