import type { Job } from '@shared/domain';
import { bytesText } from './numbers';
import { nameLine } from './person-name';

/** What a job is about: "From MAIN: DOE, Jane, CT CHEST W/O"; without a subject its own title. */
export function jobTitle(job: Job): string {
  const { subject } = job;
  if (subject === undefined) return job.title;
  const study = [subject.ModalitiesInStudy.join(' '), subject.StudyDescription].filter((part) => part !== '').join(' ');
  const parts = [subject.PatientName === '' ? 'no name' : nameLine(subject.PatientName), study, subject.part ?? ''].filter((part) => part !== '');
  return `${job.kind === 'send' ? 'To' : 'From'} ${subject.node}: ${parts.join(', ')}`;
}

/** Minutes and seconds; hours where there are some. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** "38 images/s, 12 MB/s, 0:08 left"; empty while nothing is known. */
export function rateText({ rate, bytesRate, done, total, unit }: Pick<Job, 'rate' | 'bytesRate' | 'done' | 'total' | 'unit'>): string {
  if (rate === undefined || rate <= 0) return '';
  const speed = `${rate < 10 ? rate.toFixed(1) : String(Math.round(rate))} ${unit}/s`;
  const bytes = bytesRate === undefined || bytesRate <= 0 ? '' : `${bytesText(bytesRate)}/s`;
  const left = total === undefined || total <= done ? '' : `${clockOf((total - done) / rate)} left`;
  return [speed, bytes, left].filter((part) => part !== '').join(', ');
}

/** How a job stands, in words. */
export function jobWords(job: Job): string {
  const refused =
    job.refused.length > 0 ? `, ${job.refused.length} ${job.kind === 'send' || job.kind === 'retrieve' ? 'not transferred as they should' : 'refused'}` : '';
  switch (job.state) {
    case 'waiting':
      return 'waiting for those before it';
    case 'running':
      return [rateText(job), job.total === undefined ? 'being asked what there is' : ''].filter((part) => part !== '').join(', ') + refused;
    case 'paused':
      return 'paused: nothing is lost, go on at any time';
    case 'done':
      return `done${job.alreadyHere > 0 ? `, ${job.alreadyHere} were here already` : ''}${refused}`;
    case 'failed':
      return `ended early: ${job.error ?? 'no reason given'}`;
    case 'cancelled':
      return `cancelled${refused}; what had come stays`;
  }
}
