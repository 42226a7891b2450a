import { availableParallelism, cpus, freemem, loadavg, totalmem } from "node:os";
import type { EventLoopMonitor, EventLoopReport } from "./event-loop.ts";

export interface SystemReport {
  readonly cpu: {
    readonly cores: number;
    readonly model: string;
    readonly loadAverage: readonly number[];
    readonly userSeconds: number;
    readonly systemSeconds: number;
  };
  /** Bytes. `limit`: what the container may use, where it is limited. */
  readonly memory: {
    readonly rss: number;
    readonly heapUsed: number;
    readonly heapTotal: number;
    readonly external: number;
    readonly free: number;
    readonly total: number;
    readonly limit?: number;
  };
  readonly eventLoop: EventLoopReport;
  readonly process: { readonly pid: number; readonly node: string; readonly uptimeSeconds: number };
}

/** CPU, memory and event loop of this process and its machine. */
export function systemReport(loop: EventLoopMonitor): SystemReport {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  const limit = process.constrainedMemory();
  return {
    cpu: {
      cores: availableParallelism(),
      model: cpus()[0]?.model.trim() ?? "unknown",
      loadAverage: loadavg(),
      userSeconds: cpu.user / 1e6,
      systemSeconds: cpu.system / 1e6,
    },
    memory: {
      rss: memory.rss,
      heapUsed: memory.heapUsed,
      heapTotal: memory.heapTotal,
      external: memory.external,
      free: freemem(),
      total: totalmem(),
      ...(limit > 0 && limit < totalmem() && { limit }),
    },
    eventLoop: loop.report(),
    process: {
      pid: process.pid,
      node: process.version,
      uptimeSeconds: Math.round(process.uptime()),
    },
  };
}
