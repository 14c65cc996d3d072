import { UndoOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import { useUndo } from '../api/undo';
import { useSecondsLeft } from '../format/use-seconds-left';
import './states.css';

interface Starting {
  readonly id: string;
  readonly appid: string;
  readonly shown: { readonly state: string; readonly until?: string };
}

/** Read out at these: a count of every second would talk over everything else. */
const TOLD: readonly number[] = [30, 10, 0];

/** The seconds in which a start can be taken back, counted down, with the button that does it. First on its page. */
export function UndoBar({ broadcast }: { readonly broadcast: Starting }) {
  const { t } = useTranslation('states');
  const { until } = broadcast.shown;
  const left = useSecondsLeft(until);
  const { may, undo, tries, isSlow, words, giveUp } = useAct(broadcast);
  const told = left === 0 ? t('undo.now') : t('undo.in', { seconds: left });
  return (
    <div className="undo-bar" role="group" aria-label={t('undo.act')}>
      <strong className="num">
        {told}
        {words && (
          <span className="undo-problem" role="status">
            {words}
            {isSlow && <> {t('undo.wayOut')}</>}
          </span>
        )}
      </strong>
      {isSlow && <Button onClick={giveUp}>{t('undo.giveUp')}</Button>}
      {may && (
        <Button
          type="primary"
          icon={<UndoOutlined />}
          disabled={tries > 0}
          onClick={() => void undo()}
        >
          {tries > 0 ? t('undo.acting') : t('undo.act')}
        </Button>
      )}
      <span className="visually-hidden" role="status">
        {TOLD.includes(left) ? told : ''}
      </span>
    </div>
  );
}

/** The same in the row of a list. */
export function UndoInRow({ broadcast }: { readonly broadcast: Starting }) {
  const { t } = useTranslation('states');
  const left = useSecondsLeft(broadcast.shown.until);
  const { may, undo, tries, words } = useAct(broadcast);
  return (
    <span className="undo-row num small">
      <span>{words ?? (left === 0 ? t('undo.now') : t('undo.short', { seconds: left }))}</span>
      {may && (
        <Button size="small" disabled={tries > 0} onClick={() => void undo()}>
          {tries > 0 ? t('undo.acting') : t('undo.act')}
        </Button>
      )}
    </span>
  );
}

function useAct({ id, appid, shown }: Starting) {
  const { t } = useTranslation('states');
  const { message } = App.useApp();
  const may = useMay('broadcast.stop', appid);
  const { undo, tries, isSlow, problem, giveUp } = useUndo(id, shown.until);
  return {
    may,
    tries,
    isSlow,
    giveUp,
    words: isSlow
      ? t('undo.trying', { tries })
      : problem?.isOpen === true
        ? t('undo.open')
        : (problem?.words ?? problem?.code),
    undo: async (): Promise<void> => {
      if ((await undo()) !== undefined) void message.success(t('undo.done'));
    },
  };
}
