import { Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { at, inOwnZone } from '../format/times';

/** The hour in Beijing, by which everything here is planned; and one's own, where that is another. */
export function Clock() {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const own = inOwnZone(now);
  const face = (
    <span className="clock num">
      <span className="quiet">{t('zone.beijing')}</span> {at(now, 'clock')}
    </span>
  );
  return own === undefined ? face : <Tooltip title={t('zone.own', { time: own })}>{face}</Tooltip>;
}
