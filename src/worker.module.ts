import { Module } from '@nestjs/common';
import { EngineWorkerModule } from './broadcast/engine/engine.worker.module.js';
import { FollowersWorkerModule } from './followers/followers.worker.module.js';
import { InboxWorkerModule } from './inbox/inbox.worker.module.js';
import { MiniProgramWorkerModule } from './mini-program/mini-program.worker.module.js';
import { TokenWorkerModule } from './token/token.worker.module.js';

/** Role `worker`: everything that happens without anybody asking just now. */
@Module({
  imports: [
    EngineWorkerModule,
    FollowersWorkerModule,
    InboxWorkerModule,
    MiniProgramWorkerModule,
    TokenWorkerModule,
  ],
})
export class WorkerModule {}
