import { InboxOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useArchive } from '../api/archive';
import { asProblem } from '../api/problem';

interface Archivable {
  readonly id: string;
  readonly state: string;
  readonly archivedAt: string | null;
}

/** What nothing more is sent of: it may be archived. */
export const hasEnded = ({ state }: Pick<Archivable, 'state'>): boolean =>
  state === 'finished' || state === 'cancelled';

export const archiveVerb = ({ archivedAt }: Archivable): 'archive' | 'unarchive' =>
  archivedAt === null ? 'archive' : 'unarchive';

/** Into the archive, and back by the same button: so it asks nothing before. */
export function ArchiveButton({
  broadcast,
  off = false,
  small = false,
}: {
  readonly broadcast: Archivable;
  readonly off?: boolean;
  readonly small?: boolean;
}) {
  const { t } = useTranslation('states');
  const { message } = App.useApp();
  const { put, busy } = useArchive(broadcast.id);
  const verb = archiveVerb(broadcast);
  const act = async (): Promise<void> => {
    try {
      await put(verb);
      void message.success(t(`archive.${verb}d`));
    } catch (error) {
      const { words, code } = asProblem(error);
      void message.error(words ?? code);
    }
  };
  return (
    <Button
      {...(small && { size: 'small' as const })}
      icon={<InboxOutlined aria-hidden="true" />}
      disabled={off}
      loading={busy}
      onClick={() => void act()}
    >
      {t(`archive.${verb}`)}
    </Button>
  );
}
