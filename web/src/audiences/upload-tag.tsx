import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  CloudUploadOutlined,
  EditOutlined,
  EyeOutlined,
  InboxOutlined,
  LoadingOutlined,
} from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Upload } from '../api/uploads';

const LOOKS = {
  receiving: { ink: 'moving', icon: <CloudUploadOutlined /> },
  received: { ink: 'moving', icon: <ClockCircleOutlined /> },
  previewed: { ink: 'wait', icon: <EyeOutlined /> },
  wrong: { ink: 'failed', icon: <EditOutlined /> },
  importing: { ink: 'moving', icon: <LoadingOutlined /> },
  ready: { ink: 'good', icon: <CheckCircleOutlined /> },
  failed: { ink: 'failed', icon: <CloseCircleOutlined /> },
  purged: { ink: 'quiet', icon: <InboxOutlined /> },
} as const;

/** How far a list is: icon, word and colour. */
export function UploadTag({
  upload,
}: {
  readonly upload: Pick<Upload, 'state' | 'purgedAt' | 'error'>;
}) {
  const { t } = useTranslation('audiences');
  const name = nameOf(upload);
  const { ink, icon } = LOOKS[name];
  return (
    <span className="state-tag" data-ink={ink}>
      <span aria-hidden="true">{icon}</span>
      {t(`state.${name}`)}
    </span>
  );
}

/** What stands in the way of an import is to be mended first. */
function nameOf({ state, purgedAt, error }: Pick<Upload, 'state' | 'purgedAt' | 'error'>) {
  if (state === 'ready' && purgedAt !== null) return 'purged';
  return state === 'previewed' && error !== null ? 'wrong' : state;
}
