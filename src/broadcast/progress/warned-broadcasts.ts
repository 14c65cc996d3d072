import { Injectable } from '@nestjs/common';
import { MessageChannels } from '../../channels/message-channels.js';
import { Clock } from '../../kernel/clock.js';
import { callerNow } from '../../access/caller.js';
import { type Can, NOBODY } from '../../access/can.js';
import { type Action, canOf } from './can.js';
import { isFrozen } from '../engine/lifecycle/taken-back.js';
import type { Warning } from '../../kernel/warning.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { BroadcastWarnings } from '../compose/broadcast-warnings.js';
import type { Expansion } from './broadcast-list.dto.js';
import { type BroadcastRowView, toRow } from './broadcast-row.dto.js';
import { toWarnedView, type WarnedBroadcastView } from './broadcast-view.dto.js';
import { BroadcastReports, type BroadcastReport } from './broadcast-reports.js';
import { UnheardBroadcasts } from './unheard-broadcasts.js';

/** Broadcasts as the API shows them: one with its warnings, one after a verb, or the rows of a list. */
@Injectable()
export class WarnedBroadcasts {
  readonly #reports: BroadcastReports;
  readonly #warnings: BroadcastWarnings;
  readonly #unheard: UnheardBroadcasts;
  readonly #templates: TemplatesService;
  readonly #channels: MessageChannels;
  readonly #clock: Clock;

  constructor(
    reports: BroadcastReports,
    warnings: BroadcastWarnings,
    unheard: UnheardBroadcasts,
    templates: TemplatesService,
    channels: MessageChannels,
    clock: Clock,
  ) {
    this.#reports = reports;
    this.#warnings = warnings;
    this.#unheard = unheard;
    this.#templates = templates;
    this.#channels = channels;
    this.#clock = clock;
  }

  async requireView(id: string): Promise<WarnedBroadcastView> {
    const reports = [await this.#reports.requireReport(id)];
    const [view] = await this.#views(reports, await this.#warningsOf(reports));
    return view as WarnedBroadcastView;
  }

  /** In the order of the ids given; an unknown one is left out. */
  async rowsOf(ids: readonly string[], expand: readonly Expansion[]): Promise<BroadcastRowView[]> {
    const reports = await this.#reports.of(ids);
    const warnings = expand.includes('warnings') ? await this.#warningsOf(reports) : [];
    return (await this.#views(reports, warnings)).map((view) => toRow(view, expand));
  }

  async #views(
    reports: readonly BroadcastReport[],
    warnings: readonly Warning[][],
  ): Promise<WarnedBroadcastView[]> {
    const titles = await this.#titlesOf(reports);
    return reports.map((report, n) =>
      toWarnedView(report, {
        title: titles[n] ?? null,
        can: this.#canOf(report),
        warnings: warnings[n] ?? [],
      }),
    );
  }

  #canOf({ appid, broadcast, holds }: BroadcastReport): Readonly<Record<Action, Can>> {
    const { state, undoUntil, archivedAt } = broadcast;
    const heldBy = holds.map(({ reason }) => reason);
    const facts = {
      appid,
      state,
      heldBy,
      undoUntil,
      archivedAt,
      isFrozen: isFrozen(broadcast),
    };
    return canOf(callerNow() ?? NOBODY, facts, this.#clock.now());
  }

  async #warningsOf(reports: readonly BroadcastReport[]): Promise<Warning[][]> {
    const [shown, unheard] = await Promise.all([
      this.#warnings.ofAll(
        reports.map(({ account, broadcast }) => ({ account, message: broadcast })),
      ),
      this.#unheard.warningsOf(reports),
    ]);
    return reports.map((_, n) => [...(shown[n] ?? []), ...(unheard[n] ?? [])]);
  }

  /** Null where the channel has no template of ours to show, or it is not on record. */
  async #titlesOf(reports: readonly BroadcastReport[]): Promise<(string | null)[]> {
    const found = await this.#templates.findTemplates(
      reports.map(({ account, broadcast: { templateId } }) => ({ account, templateId })),
    );
    return reports.map(({ broadcast }, n) =>
      this.#channels.of(broadcast.channel).templates === 'none' ? null : (found[n]?.title ?? null),
    );
  }
}
