import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { type Tag, type Tagging, taggingQuery } from '../api/tags';
import { count } from '../format/numbers';
import { openidLines } from '../format/openid-lines';
import { TaggingProgress } from './tagging-progress';

/** As the service has it. */
const MOST = 10_000;

/** Gives a tag to people, or takes it from them: a list that goes to WeChat in the background, fifty at a time. */
export function TagPeopleDialog({
  appid,
  tag,
  onClose,
}: {
  readonly appid: string;
  readonly tag: Tag;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('audiences');
  const client = useQueryClient();
  const id = useId();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState<'tag' | 'untag'>();
  const [begun, setBegun] = useState<Tagging>();
  const [problem, setProblem] = useState<Problem>();
  const { openids, odd } = openidLines(text);
  const isTooMany = openids.length > MOST;
  const isGood = openids.length > 0 && !isTooMany && odd.length === 0;
  const begin = async (verb: 'tag' | 'untag'): Promise<void> => {
    setBusy(verb);
    setProblem(undefined);
    try {
      const now = await answered(
        api.POST(`/v1/accounts/{appid}/tags/{tagId}/${verb}`, {
          params: { path: { appid, tagId: tag.id } },
          body: { openids: [...openids] },
        }),
      );
      client.setQueryData(taggingQuery(appid, now.id).queryKey, now);
      setBegun(now);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(undefined);
  };
  const [first] = odd;
  return (
    <Modal
      open
      title={t('people.title', { name: tag.name })}
      onCancel={onClose}
      footer={
        begun === undefined ? (
          <>
            <Button
              loading={busy === 'untag'}
              disabled={!isGood || busy !== undefined}
              onClick={() => void begin('untag')}
            >
              {t('people.untag', { n: count(openids.length) })}
            </Button>
            <Button
              type="primary"
              loading={busy === 'tag'}
              disabled={!isGood || busy !== undefined}
              onClick={() => void begin('tag')}
            >
              {t('people.tag', { n: count(openids.length) })}
            </Button>
          </>
        ) : (
          <Button type="primary" onClick={onClose}>
            {t('people.close')}
          </Button>
        )
      }
    >
      {begun === undefined ? (
        <div className="stack">
          <div className="field">
            <label htmlFor={id}>{t('people.openids')}</label>
            <textarea
              id={id}
              className="input code"
              rows={8}
              spellCheck={false}
              value={text}
              aria-invalid={odd.length > 0 || isTooMany || undefined}
              aria-describedby={`${id}-note`}
              onChange={(event) => setText(event.target.value)}
            />
            <p id={`${id}-note`} className={first || isTooMany ? 'fault' : 'hint'}>
              {first !== undefined
                ? t('people.odd', { line: first.line, text: first.text })
                : isTooMany
                  ? t('people.tooMany', { n: count(openids.length), most: count(MOST) })
                  : t('people.hint')}
            </p>
          </div>
          {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
        </div>
      ) : (
        <TaggingProgress appid={appid} taggingId={begun.id} />
      )}
    </Modal>
  );
}
