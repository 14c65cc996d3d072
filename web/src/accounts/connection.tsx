import {
  CheckCircleFilled,
  CloseCircleFilled,
  MinusCircleOutlined,
  QuestionCircleOutlined,
} from '@ant-design/icons';
import type { Account } from '../api/accounts';
import { inLanguage } from '../locales/language';
import '../states/states.css';

const LOOKS = {
  connected: { ink: 'good', icon: <CheckCircleFilled /> },
  unverified: { ink: 'wait', icon: <QuestionCircleOutlined /> },
  unconfigured: { ink: 'quiet', icon: <MinusCircleOutlined /> },
  faulty: { ink: 'failed', icon: <CloseCircleFilled /> },
} as const;

/** How an account stands with WeChat, in one of four words. */
export function Connection({ account }: { readonly account: Account }) {
  const { connection } = account.health;
  const { ink, icon } = LOOKS[connection.state];
  return (
    <span className="state-tag" data-ink={ink}>
      {icon}
      {inLanguage(connection)}
    </span>
  );
}
