import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { useMay } from '../api/me';
import { SendDialog } from './send-dialog';
import type { StepProps } from './step-props';
import { faultsOf } from './steps';

/** Asks the last question. It stands where one went on from each step before. */
export function SendButton({ draft }: Pick<StepProps, 'draft'>) {
  const { t } = useTranslation('compose');
  const { stored, saving, flush } = draft;
  const maySend = useMay('broadcast.send', stored.appid);
  // What was read is what is confirmed: whatever anybody writes meanwhile, the dialog is about this.
  const [read, setRead] = useState<Broadcast>();
  const [busy, setBusy] = useState(false);

  const open = async (): Promise<void> => {
    setBusy(true);
    // What is confirmed is what is on record.
    const now = await flush();
    setBusy(false);
    if (now !== undefined && faultsOf(now).length === 0) setRead(now);
  };
  return (
    <>
      <Button
        type="primary"
        loading={busy}
        disabled={!maySend || faultsOf(stored).length > 0 || saving.state === 'conflict'}
        onClick={() => void open()}
      >
        {stored.startAt === null ? t('confirm.open') : t('confirm.schedule')}
      </Button>
      {read && <SendDialog broadcast={read} onClose={() => setRead(undefined)} />}
    </>
  );
}
