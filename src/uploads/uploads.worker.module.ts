import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { FollowersModule } from '../followers/followers.module.js';
import { ClearingRepository } from './work/clearing.repository.js';
import { UploadReader } from './work/upload-reader.js';
import { UploadSweep } from './work/upload-sweep.js';
import { UploadTimer } from './work/upload.timer.js';
import { WorkRepository } from './work/work.repository.js';
import { UploadsModule } from './uploads.module.js';

/** What a worker does with uploads. Their jobs are learnt where the queue's are taken. */
@Module({
  imports: [DatabaseModule, FollowersModule, UploadsModule],
  providers: [WorkRepository, ClearingRepository, UploadReader, UploadSweep, UploadTimer],
  exports: [WorkRepository, UploadReader, UploadsModule],
})
export class UploadsWorkerModule {}
