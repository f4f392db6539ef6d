// SPDX-License-Identifier: MIT
// The end of a job of a swarm. Before Docker 24 removing its service alone leaves its task running
// (github.com/moby/moby/issues/44312): the job is told first that nothing of it is wanted any more.
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';

/** Until the manager has told the task's node. */
const TOLD_SECONDS = 10;
const PAUSE_SECONDS = 0.2;

interface ApiTask {
  readonly DesiredState?: string;
  readonly Status?: { readonly State?: string };
}

/** Words of moby's TaskState for a task that will not run any more. */
export const OVER = new Set(['complete', 'failed', 'rejected', 'shutdown', 'orphaned', 'remove']);

const isEnding = ({ DesiredState, Status }: ApiTask): boolean =>
  DesiredState === 'remove' || DesiredState === 'shutdown' || OVER.has(Status?.State ?? '');

/** Has the job run nothing: its tasks are of an older round then, and are removed. */
async function wantNothing(service: Docker.Service): Promise<void> {
  const { Version, Spec } = await service.inspect();
  const spec = { ...Spec, Mode: { ReplicatedJob: { MaxConcurrent: 0, TotalCompletions: 0 } } };
  await service.update({ _query: { version: Version.Index }, _body: spec });
}

/**
 * Ends a job's task, wherever it is, and removes the service. A service that is gone is no error.
 * @throws what the engine says
 */
export async function endJob(docker: Docker, id: string): Promise<void> {
  const service = docker.getService(id);
  try {
    await wantNothing(service);
    const until = performance.now() + TOLD_SECONDS * 1000;
    for (;;) {
      const tasks = (await docker.listTasks({ filters: { service: [id] } })) as ApiTask[];
      if (tasks.every(isEnding) || performance.now() > until) break;
      await sleep(PAUSE_SECONDS * 1000);
    }
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return;
    // Removed all the same; on a newer engine that is enough.
    await service.remove().catch(() => {});
    throw error;
  }
  await service.remove();
}
