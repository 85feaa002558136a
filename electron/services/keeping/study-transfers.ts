import type { Job } from '@shared/domain';
import { z } from 'zod';
import type { JobDefinition } from '../sync';

const Fetched = z.object({ StudyInstanceUID: z.string() });

/** Which studies are being fetched or sent, and which are being deleted: what is deleted is not brought back by what was under way. */
export class StudyTransfers {
  private readonly fetched = new Map<string, number>();
  private readonly deleted = new Set<string>();

  constructor(private readonly jobs: () => readonly Job[]) {}

  /** A transfer needs the study and has not ended, whoever asked for it. */
  isTransferring(StudyInstanceUID: string): boolean {
    return this.fetched.has(StudyInstanceUID) || this.jobs().some((job) => job.endedAt === undefined && job.subject?.StudyInstanceUID === StudyInstanceUID);
  }

  isDeleting(StudyInstanceUID: string): boolean {
    return this.deleted.has(StudyInstanceUID);
  }

  /** A job that fetches a study, as it is or started by another job: none runs while the study is being deleted. */
  guarded(definition: JobDefinition): JobDefinition {
    return { ...definition, run: (task) => this.fetching(Fetched.parse(task.input).StudyInstanceUID, () => definition.run(task)) };
  }

  private async fetching<T>(StudyInstanceUID: string, work: () => Promise<T>): Promise<T> {
    if (this.isDeleting(StudyInstanceUID)) throw new Error('the study is being deleted from this station');
    this.fetched.set(StudyInstanceUID, (this.fetched.get(StudyInstanceUID) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.fetched.get(StudyInstanceUID) ?? 1) - 1;
      if (left > 0) this.fetched.set(StudyInstanceUID, left);
      else this.fetched.delete(StudyInstanceUID);
    }
  }

  /** Deletes the study: until that has ended nothing begins to fetch it. */
  async deleting<T>(StudyInstanceUID: string, work: () => Promise<T>): Promise<T> {
    this.deleted.add(StudyInstanceUID);
    try {
      return await work();
    } finally {
      this.deleted.delete(StudyInstanceUID);
    }
  }
}
