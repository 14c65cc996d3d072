import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import type { BroadcastRow } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { may, useMe } from '../api/me';
import { addressOf, type Target } from './palette-target';
import { roomsOf } from './rooms';

interface Hit extends Target {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  readonly note?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const OPENID = /^o[\w-]{20,40}$/;
const MOST = 8;
/** As the service has it. */
const LONGEST = 100;

export function PaletteDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={560}
      destroyOnHidden
      className="palette"
      title={<span className="visually-hidden">{t('search.open')}</span>}
      style={{ top: '14vh' }}
    >
      <PaletteBody onClose={onClose} />
    </Modal>
  );
}

function PaletteBody({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const { hits, busy } = useHits(useDeferredValue(text.trim()));
  const active = Math.min(chosen, hits.length - 1);

  const go = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    void navigate(addressOf(hit, search.get('appid')));
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setChosen(Math.min(active + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(active - 1, 0));
    else if (event.key === 'Enter') go(hits[active]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        aria-label={t('search.open')}
        placeholder={t('search.placeholder')}
        value={text}
        maxLength={LONGEST}
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={pressed}
      />
      <div className="palette-list" id={list} role="listbox" aria-label={t('search.open')}>
        {hits.map((hit, index) => (
          <div
            key={hit.key}
            tabIndex={-1}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseMove={() => setChosen(index)}
            onMouseDown={(event) => {
              event.preventDefault();
              go(hit);
            }}
          >
            <span className="palette-group">{hit.group}</span>
            <span className="palette-label">{hit.label}</span>
            {hit.note && <span className="quiet small">{hit.note}</span>}
          </div>
        ))}
      </div>
      {hits.length === 0 && (
        <p className="palette-none quiet">{busy ? t('search.running') : t('search.nothing')}</p>
      )}
      <p className="palette-hint quiet">{t('search.hint')}</p>
    </>
  );
}

function useHits(text: string): { readonly hits: readonly Hit[]; readonly busy: boolean } {
  const { t } = useTranslation();
  const me = useMe();
  const reads = may(me, 'broadcast.read');
  const { broadcasts, busy } = useBroadcasts(text, reads);
  const wanted = text.toLowerCase();
  const rooms = roomsOf(me);
  const hits: Hit[] = [];
  if (UUID.test(text) && reads)
    hits.push({
      key: 'id',
      group: t('search.broadcasts'),
      label: text,
      path: `/broadcasts/${text}`,
    });
  if (OPENID.test(text) && rooms.some(({ name }) => name === 'recipients'))
    hits.push({
      key: 'openid',
      group: t('search.actions'),
      label: t('search.openid'),
      path: '/recipients',
      hash: text,
    });
  for (const { name, path } of rooms)
    if (t(`menu.${name}`).toLowerCase().includes(wanted))
      hits.push({ key: name, group: t('search.pages'), label: t(`menu.${name}`), path });
  for (const { id, name, appid, account, archivedAt } of broadcasts)
    if (name?.toLowerCase().includes(wanted) || id.startsWith(wanted))
      hits.push({
        key: id,
        group: t('search.broadcasts'),
        label: name ?? id,
        note: [account.name, archivedAt !== null && t('search.archived')]
          .filter(Boolean)
          .join(' · '),
        appid,
        path: `/broadcasts/${id}`,
      });
  return { hits: hits.slice(0, MOST), busy };
}

/** Asked once somebody stops typing. */
const SETTLE_MS = 200;

/** The latest, as somebody looks for these first; by its name every one, the archived too. */
function useBroadcasts(
  text: string,
  enabled: boolean,
): { readonly broadcasts: readonly BroadcastRow[]; readonly busy: boolean } {
  const latest = useQuery({
    queryKey: ['broadcasts', 'recent'],
    queryFn: () => answered(api.GET('/v1/broadcasts', { params: { query: { limit: 100 } } })),
    enabled,
    staleTime: 30_000,
  });
  const named = useQuery({
    queryKey: ['broadcasts', 'named', text],
    queryFn: async ({ signal }) => {
      await new Promise((settled) => setTimeout(settled, SETTLE_MS));
      const query = { limit: MOST, archived: 'any' as const, name: text };
      return await answered(api.GET('/v1/broadcasts', { params: { query }, signal }));
    },
    enabled: enabled && text !== '',
    staleTime: 30_000,
  });
  const known = [...(latest.data?.items ?? []), ...(named.data?.items ?? [])];
  return {
    broadcasts: [...new Map(known.map((row) => [row.id, row])).values()],
    busy: latest.isFetching || named.isFetching,
  };
}
