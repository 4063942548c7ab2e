import { cpuUsage } from "node:process";
import { Counter, Gauge, type Registry } from "prom-client";

/** What Prometheus' client libraries say of a process, as far as this platform tells; read only when asked for. */
export function registerProcessMetrics(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: "process_start_time_seconds",
    help: "Start time of the process, in seconds since 1970.",
    registers,
  }).set(performance.timeOrigin / 1000);
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Processor time of user and system, of all threads, in seconds.",
    registers,
    collect() {
      const { user, system } = cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory in bytes.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "process_heap_bytes",
    help: "JavaScript heap in use, in bytes.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().heapUsed);
    },
  });
  if (Deno.build.os === "linux") registerDescriptors(registry);
}

function registerDescriptors(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: "process_open_fds",
    help: "Open file descriptors.",
    registers,
    collect() {
      this.set([...Deno.readDirSync("/proc/self/fd")].length);
    },
  });
  const limit = /^Max open files\s+(\d+)/m.exec(Deno.readTextFileSync("/proc/self/limits"));
  if (!limit) return;
  new Gauge({ name: "process_max_fds", help: "Limit of open file descriptors.", registers }).set(
    Number(limit[1]),
  );
}
