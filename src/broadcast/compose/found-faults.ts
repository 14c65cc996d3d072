import { both } from '../../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import type { Notice } from '../../kernel/warning.js';

/** What a draft still lacks, at which member. */
export interface DraftFault extends Notice {
  readonly path: string;
}

/** Collects what refusals say, where a send would stop at the first. */
export class FoundFaults {
  readonly found: DraftFault[] = [];

  add(faults: readonly FieldFault[]): void {
    this.found.push(...faults.map(toDraftFault));
  }

  /**
   * What `work` answers; undefined where it refused, and then its refusal is among the faults.
   *
   * @param path of the member that a refusal is about which names none
   */
  async of<T>(path: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code, words: message, extra } = error;
      this.add(extra.errors ?? [{ path, code, message }]);
      return undefined;
    }
  }
}

function toDraftFault({ path, code, message, params }: FieldFault): DraftFault {
  const field = /^fields\.(.+)$/.exec(path)?.[1];
  const { zh, en, params: told } = message;
  return { path, code, params: { ...(field && { field }), ...told, ...params }, zh, en };
}

/** Refuses to start what lacks anything. */
export function refuseIncomplete(faults: readonly DraftFault[]): void {
  if (faults.length === 0) return;
  throw new DomainError(
    'unprocessable',
    'draft_incomplete',
    both(
      `还不能开始：有 ${faults.length} 处需要修改，详见 faults。`,
      `It cannot start yet: ${faults.length} things are in the way, see faults.`,
      { count: faults.length },
    ),
    {
      errors: faults.map(({ path, code, params, zh, en }) => ({
        path,
        code,
        message: both(zh, en, params),
      })),
      details: { faults },
    },
  );
}
