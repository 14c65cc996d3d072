import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import type { Expansion } from './broadcast-list.dto.js';
import { WarnedBroadcastView } from './broadcast-view.dto.js';

/** What every row of a list has. */
const LIGHT = [
  'id',
  'appid',
  'account',
  'name',
  'purpose',
  'channel',
  'templateId',
  'template',
  'state',
  'shown',
  'heldBy',
  'waitingFor',
  'expanded',
  'total',
  'counts',
  'receiptsOpen',
  'ratePerSecond',
  'allowedPerSecond',
  'limitedBy',
  'etaSeconds',
  'accountFault',
  'startAt',
  'createdAt',
  'createdBy',
  'startedAt',
  'expandedAt',
  'endedAt',
  'archivedAt',
] as const satisfies readonly (keyof WarnedBroadcastView)[];

const PARTS: Readonly<Record<Expansion, readonly (keyof WarnedBroadcastView)[]>> = {
  message: [
    'fields',
    'url',
    'miniprogram',
    'page',
    'miniprogramState',
    'lang',
    'scene',
    'title',
    'emphasisKeyword',
  ],
  settings: [
    'audience',
    'protection',
    'sendsPerSecond',
    'startZone',
    'freezeAudience',
    'sendHours',
    'canary',
    'canaryPassedAt',
    'resendFailed',
    'contactCap',
  ],
  holds: ['holds'],
  errors: ['errors', 'skipped', 'contradicted'],
  quota: ['quota'],
  warnings: ['warnings'],
  can: ['can'],
};

/** A broadcast in a list: light, and with the parts that were asked for by `expand`. */
export class BroadcastRowView extends IntersectionType(
  PickType(WarnedBroadcastView, LIGHT),
  PartialType(OmitType(WarnedBroadcastView, LIGHT)),
) {}

export class BroadcastPageView {
  items!: BroadcastRowView[];
  next!: string | null;
}

/** The parts of a view that a row shows. */
export function toRow(view: WarnedBroadcastView, expand: readonly Expansion[]): BroadcastRowView {
  const shown: readonly (keyof WarnedBroadcastView)[] = [
    ...LIGHT,
    ...expand.flatMap((part) => PARTS[part]),
  ];
  return Object.fromEntries(
    shown.flatMap((member) => (view[member] === undefined ? [] : [[member, view[member]]])),
  ) as unknown as BroadcastRowView;
}
