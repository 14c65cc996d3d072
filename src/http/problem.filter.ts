import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { replyWithProblem } from './reply-with-problem.js';

/** The one place where an error becomes a status. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    replyWithProblem(error, http.getRequest(), http.getResponse());
  }
}
