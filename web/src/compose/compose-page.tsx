import { CheckOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Drawer } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigation, useParams, useSearchParams } from 'react-router';
import { useAccounts } from '../api/accounts';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { personOf, useMe } from '../api/me';
import { type Template, templateQuery } from '../api/templates';
import { SandboxTag } from '../shell/sandbox-tag';
import { useTitle } from '../shell/use-title';
import { Empty, Loading, Shown } from '../states/page-states';
import { PhoneCard } from '../phone-card/phone-card';
import { openidsIn } from './audience';
import { AudienceStep } from './audience-step';
import { ConfirmStep } from './confirm-step';
import { ContentStep } from './content-step';
import { Conflict, SaveLine } from './save-line';
import { EditKeeper } from './kept-edit';
import { firstOf, useLead } from './lead';
import { faultsOf, isFilled, type Step, stepNamed, STEPS } from './steps';
import type { StepProps } from './step-props';
import { SendButton } from './send-button';
import { TemplateStep } from './template-step';
import { TestStep } from './test-step';
import { useDraft } from './use-draft';
import { WhenStep } from './when-step';
import './compose.css';

const A_MOMENT_MS = 500;

const PARTS: Readonly<Record<Step, (props: StepProps) => React.ReactNode>> = {
  template: TemplateStep,
  content: ContentStep,
  audience: AudienceStep,
  when: WhenStep,
  test: TestStep,
  confirm: ConfirmStep,
};

/** One draft, from its template to its start. Every step has an address, and everything typed is saved as one goes. */
export function ComposePage() {
  const { id = '' } = useParams();
  const read = useQuery({ ...broadcastQuery(id), refetchOnWindowFocus: 'always' });
  return (
    <div className="page">
      <Shown of={read} lines={6}>
        {(broadcast) =>
          broadcast.state === 'draft' ? (
            <Compose key={broadcast.id} stored={broadcast} />
          ) : (
            <Gone id={broadcast.id} />
          )
        }
      </Shown>
    </div>
  );
}

function Gone({ id }: { readonly id: string }) {
  const { t } = useTranslation('compose');
  const person = personOf(useMe());
  useEffect(() => new EditKeeper(person, id).forget(), [person, id]);
  // Who has just started it is on the way to its progress: that they hear of a moment later than of the start.
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTold(true), A_MOMENT_MS);
    return () => clearTimeout(timer);
  }, []);
  const isGoing = useNavigation().state !== 'idle';
  if (isGoing || !isTold) return <Loading lines={6} />;
  return (
    <Empty text={t('gone')}>
      <Link to={`/broadcasts/${id}`}>{t('see')}</Link>
    </Empty>
  );
}

function useTemplate(appid: string, templateId: string): Template | undefined {
  return useQuery({ ...templateQuery(appid, templateId), enabled: templateId !== '' }).data;
}

function Compose({ stored }: { readonly stored: Broadcast }) {
  const { t } = useTranslation('compose');
  const [search, setSearch] = useSearchParams();
  const [isPreviewed, setPreviewed] = useState(false);
  const draft = useDraft(stored);
  const { members } = draft;
  const [pasted, setPasted] = useState(() => openidsIn(members.audience).join('\n'));
  const account = useAccounts().find(({ appid }) => appid === stored.appid);
  const template = useTemplate(stored.appid, members.templateId);
  const step = members.templateId === '' ? 'template' : stepNamed(search.get('step'));
  const name = members.name || t('untitled');
  useTitle(`${t(`steps.${step}`)} · ${name}`);

  const go = (next: Step): void => {
    const to = new URLSearchParams(search);
    to.set('step', next);
    setSearch(to);
    window.scrollTo({ top: 0 });
  };
  const { lead, led } = useLead(step, go);
  const Part = PARTS[step];
  const at = STEPS.indexOf(step);
  const previous = STEPS[at - 1];
  const next = STEPS[at + 1];
  const faults = faultsOf(stored);
  const left = faults.length;
  const first = firstOf(faults);
  const card = template && (
    <PhoneCard
      account={account ?? { name: stored.appid }}
      title={template.title}
      fields={template.fields}
      values={members.fields}
      opens={Boolean(members.url) || Boolean(members.miniprogram)}
    />
  );
  return (
    <>
      <div className="page-head">
        <div className="grow">
          <div className="row">
            <h1>{name}</h1>
            {account?.sandbox === true && <SandboxTag />}
          </div>
          <p className="row">
            <span className="secondary">{account?.name}</span>
            <SaveLine draft={draft} />
          </p>
        </div>
      </div>
      <nav className="steps" aria-label={t('steps.label')}>
        <ol>
          {STEPS.map((each, index) => (
            <li key={each} data-filled={isFilled(each, stored) || undefined}>
              <button
                type="button"
                aria-current={each === step ? 'step' : undefined}
                onClick={() => go(each)}
              >
                <span className="step-mark num" aria-hidden="true">
                  {isFilled(each, stored) ? <CheckOutlined /> : index + 1}
                </span>
                <span className="step-word">{t(`steps.${each}`)}</span>
                {isFilled(each, stored) && (
                  <span className="visually-hidden">{t('steps.state.done')}</span>
                )}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <Conflict draft={draft} template={template} />
      <div className="compose" data-alone={step === 'template' || undefined}>
        <div className="compose-main">
          <Part
            draft={draft}
            template={template}
            go={go}
            lead={lead}
            led={led}
            pasted={pasted}
            onPaste={setPasted}
          />
          <div className="compose-foot">
            <span className="compose-left secondary small num" data-done={left === 0 || undefined}>
              {first === undefined ? (
                t('allSet')
              ) : (
                <button type="button" className="link-button" onClick={() => lead(first)}>
                  {t('left', { n: left })} <RightOutlined />
                </button>
              )}
            </span>
            {card && step !== 'template' && (
              <Button className="compose-preview" onClick={() => setPreviewed(true)}>
                {t('preview')}
              </Button>
            )}
            <span className="grow" />
            {previous && (
              <Button onClick={() => go(previous)} disabled={step === 'template'}>
                {t('back')}
              </Button>
            )}
            {next && (
              <Button type="primary" disabled={members.templateId === ''} onClick={() => go(next)}>
                {t('next', { step: t(`steps.${next}`) })}
              </Button>
            )}
            {step === 'confirm' && <SendButton draft={draft} />}
          </div>
        </div>
        {step !== 'template' && card && <aside className="compose-card">{card}</aside>}
      </div>
      <Drawer
        open={isPreviewed}
        onClose={() => setPreviewed(false)}
        placement="bottom"
        size="large"
        title={t('preview')}
      >
        {card}
      </Drawer>
    </>
  );
}
