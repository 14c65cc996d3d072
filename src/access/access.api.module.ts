import { Module } from '@nestjs/common';
import { AccessModule } from './access.module.js';
import { FailedLogins } from './failed-logins.js';
import { LoginController } from './login.controller.js';

@Module({ imports: [AccessModule], controllers: [LoginController], providers: [FailedLogins] })
export class AccessApiModule {}
