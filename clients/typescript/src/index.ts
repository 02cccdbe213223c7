export * from "./generated/index.js";
export type { Client } from "./generated/client/index.js";
export { createClient, type PlinthOptions } from "./client.js";
export type { Credentials } from "./credentials.js";
export { type EventOptions, events, lastEventNumber, ResyncRequired } from "./events.js";
export {
  ExecutionStream,
  followExecution,
  streamMessages,
  streamPrompt,
} from "./executions.js";
export { ifMatch } from "./if-match.js";
export { all, type Page } from "./pages.js";
export { ConnectionLost, is, PlinthProblem, UnexpectedAnswer } from "./problem.js";
export type { RetrySettings } from "./retry.js";
export type { StreamOptions } from "./stream.js";
export { Upload, type UploadOptions } from "./upload.js";
