export {
  AppError,
  fail,
  type AppErrorOptions,
  type ErrorExtra,
  type FieldError,
} from "./app-error.ts";
export {
  catalogue,
  errorRow,
  type ErrorCode,
  type ErrorOwner,
  type ErrorRow,
} from "./catalogue.ts";
export { httpErrorHandler, methodNotAllowed, notFound, type ErrorLog } from "./http.ts";
export { toJobFailure } from "./job.ts";
export { problemContentType, toProblem } from "./problem.ts";
export { toRefusal, toSocketError } from "./socket.ts";
export { toAppError } from "./to-app-error.ts";
export { fieldErrors, validate } from "./validate.ts";
