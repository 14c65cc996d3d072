import { Module } from '@nestjs/common';
import { MiniProgramExpiry } from './mini-program-expiry.timer.js';
import { MiniProgramModule } from './mini-program.module.js';

@Module({
  imports: [MiniProgramModule],
  providers: [MiniProgramExpiry],
})
export class MiniProgramWorkerModule {}
