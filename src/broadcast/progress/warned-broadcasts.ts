import { Injectable } from '@nestjs/common';
import { toWarnedView, type WarnedBroadcastView } from './broadcast-view.dto.js';
import { BroadcastWarnings } from '../compose/broadcast-warnings.js';
import { BroadcastReports, type BroadcastReport } from './broadcast-reports.js';
import { UnheardBroadcasts } from './unheard-broadcasts.js';

/** Broadcasts as the API shows them, each with its warnings: one, a list of them, or one after a verb. */
@Injectable()
export class WarnedBroadcasts {
  readonly #reports: BroadcastReports;
  readonly #warnings: BroadcastWarnings;
  readonly #unheard: UnheardBroadcasts;

  constructor(reports: BroadcastReports, warnings: BroadcastWarnings, unheard: UnheardBroadcasts) {
    this.#reports = reports;
    this.#warnings = warnings;
    this.#unheard = unheard;
  }

  async requireView(id: string): Promise<WarnedBroadcastView> {
    const [view] = await this.#views([await this.#reports.requireReport(id)]);
    return view as WarnedBroadcastView;
  }

  /** In the order of the ids given; an unknown one is left out. */
  async viewsOf(ids: readonly string[]): Promise<WarnedBroadcastView[]> {
    return this.#views(await this.#reports.of(ids));
  }

  async #views(reports: readonly BroadcastReport[]): Promise<WarnedBroadcastView[]> {
    const [shown, unheard] = await Promise.all([
      this.#warnings.ofAll(
        reports.map(({ account, broadcast }) => ({ account, message: broadcast })),
      ),
      this.#unheard.warningsOf(reports),
    ]);
    return reports.map((report, n) =>
      toWarnedView(report, [...(shown[n] ?? []), ...(unheard[n] ?? [])]),
    );
  }
}
