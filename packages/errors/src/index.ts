export { AppError, fail } from "./app-error.ts";
export { errorRow, type ErrorCode } from "./catalogue.ts";
export { httpErrorHandler, methodNotAllowed, notFound } from "./http.ts";
export { toJobFailure } from "./job.ts";
export { parseJson } from "./parse-json.ts";
export { problemContentType, toProblem } from "./problem.ts";
export { toRefusal, toSocketError } from "./socket.ts";
export { toAppError } from "./to-app-error.ts";
export { validate } from "./validate.ts";
