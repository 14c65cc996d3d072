import { type Bilingual, both, type Params } from '../../kernel/bilingual.js';
import { DomainError, type DomainErrorKind } from '../../kernel/domain-error.js';

/** A source of an audience that cannot be used, by the path at which it is named. */
const refused =
  (kind: DomainErrorKind, code: string, words: (params: Params) => Bilingual) =>
  (path: string, params: Params = {}): DomainError => {
    const message = words(params);
    return new DomainError(kind, code, message, { errors: [{ path, code, message, params }] });
  };

export const sourceNotFound = refused('unprocessable', 'audience_source_not_found', (params) =>
  both(
    '该公众号没有这个名单、受众或发送任务，请核对编号。',
    'the account has no such upload, audience or broadcast: look at the id',
    params,
  ),
);
export const savedNotAvailable = refused('unprocessable', 'audience_kind_not_available', (params) =>
  both(
    '暂不支持已保存的受众，请写出受众本身。',
    'audiences cannot be saved yet: write out the audience itself',
    params,
  ),
);
export const uploadNotReady = refused('conflict', 'upload_not_ready', (params) =>
  both(
    '名单还没有导入完成：请等它变为 ready，或先导入。',
    'the list is not imported yet: wait until it is ready, or import it',
    params,
  ),
);
export const audienceGone = refused('conflict', 'audience_gone', (params) =>
  both(
    '这个名单已删除或过了保留期，请重新上传。',
    'this list was deleted, or is older than lists are kept: upload it again',
    params,
  ),
);
export const audiencePurged = refused('conflict', 'audience_purged', (params) =>
  both(
    '那次发送任务的明细已过保留期，无法再作为受众。',
    'the deliveries of that broadcast are older than the installation keeps: nobody can be told from them',
    params,
  ),
);
export const broadcastOpen = refused('conflict', 'audience_broadcast_open', (params) =>
  both(
    '那次发送任务尚未展开或尚未结束，结果还会变化：请等它结束。',
    'that broadcast has not read its audience yet, or has not ended: wait until it has',
    params,
  ),
);
export const tagNotKnown = refused('unprocessable', 'tag_not_found', (params) =>
  both(
    `没有标签 ${params['tag'] ?? ''}：请核对名称或编号，新建的标签先同步。`,
    `there is no tag ${params['tag'] ?? ''}: look at its name or id, and sync the tags if it is new`,
    params,
  ),
);
export const tagsNotSynced = refused('conflict', 'tags_not_synced', (params) =>
  both(
    `标签 ${params['tag'] ?? ''} 的成员从未同步：请先 POST /v1/accounts/${params['appid'] ?? ''}/tags/sync，等同步完成。`,
    `who has the tag ${params['tag'] ?? ''} was never read: POST /v1/accounts/${params['appid'] ?? ''}/tags/sync and wait until it is done`,
    params,
  ),
);
export const tagsTooOld = refused('conflict', 'tags_too_old', (params) =>
  both(
    `标签 ${params['tag'] ?? ''} 的成员是 ${params['asOf'] ?? ''} 的，超过 maxAgeMinutes（${params['most'] ?? ''} 分钟）：请先同步标签。`,
    `who has the tag ${params['tag'] ?? ''} is known as of ${params['asOf'] ?? ''}, longer ago than maxAgeMinutes (${params['most'] ?? ''}): sync the tags first`,
    params,
  ),
);
export const tooManySources = refused('unprocessable', 'audience_too_large', (params) =>
  both(
    `受众展开后有 ${params['parts'] ?? ''} 个来源，最多 ${params['most'] ?? ''} 个：请合并名单。`,
    `written out, the audience has ${params['parts'] ?? ''} sources, and ${params['most'] ?? ''} are the most: put lists together`,
    params,
  ),
);
export const tooManyOpenids = refused('unprocessable', 'audience_openids_too_many', (params) =>
  both(
    `与其他来源合并的 openid 列表最多 ${params['most'] ?? ''} 个：更多的请上传为名单。`,
    `a list of openids beside other sources has at most ${params['most'] ?? ''}: upload a longer one`,
    params,
  ),
);
export const tagsNotForAccount = refused('unprocessable', 'audience_not_for_account', (params) =>
  both(
    '小程序没有粉丝标签，请换一种受众。',
    'a mini program has no tags of followers: pick another kind',
    params,
  ),
);
