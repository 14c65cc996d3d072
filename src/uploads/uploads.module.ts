import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { WORK_QUEUE } from '../queue/queue-names.js';
import { Receiving } from './receive/receiving.service.js';
import { ReceivingRepository } from './receive/receiving.repository.js';
import { UploadNudges } from './record/upload-nudges.js';
import { UploadRepository } from './record/upload.repository.js';
import { UploadRows } from './record/upload-rows.js';
import { UploadErrors } from './upload-errors.js';
import { UploadNews } from './upload-news.js';
import { UploadPathAccounts } from './upload-path-accounts.js';
import { UploadViews } from './upload-views.js';
import { UploadsService } from './uploads.service.js';

@Module({
  imports: [
    AccessModule,
    AccountsModule,
    DatabaseModule,
    FollowersModule,
    QueueModule.for(WORK_QUEUE),
  ],
  providers: [
    UploadsService,
    UploadRepository,
    UploadRows,
    UploadErrors,
    UploadViews,
    UploadNudges,
    UploadNews,
    UploadPathAccounts,
    Receiving,
    ReceivingRepository,
  ],
  exports: [UploadsService, UploadRows, UploadErrors, UploadViews, UploadNudges, Receiving],
})
export class UploadsModule {}
