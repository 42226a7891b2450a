export { Lifecycle, type LifecycleLog, type LifecycleState } from "./lifecycle.ts";
export { loop, type LoopOptions } from "./loop.ts";
export {
  runService,
  type ServiceOptions,
  type ServiceProcess,
  type ServiceTimers,
} from "./run-service.ts";
