import { subjectsOf, useObjectHeaderStore } from '../../stores';
import { type CommandCenter, serveCommands } from '../../ui';
import { frameOf } from './cell';
import type { ViewerModel } from './viewer-model';

/** The header of what the active viewport shows; the other objects of the study are beside it. */
export function serveHeaderCommand(commands: CommandCenter, model: ViewerModel): void {
  const header = useObjectHeaderStore();
  const instanceId = (): number | undefined => {
    const { set, index } = model.active.value;
    return (frameOf(model.active.value) ?? set?.objects?.[index])?.instanceId;
  };
  const run = (): void => {
    const wanted = instanceId();
    const study = model.active.value.set?.StudyInstanceUID;
    const subjects = subjectsOf(model.sets.value.filter((set) => set.StudyInstanceUID === study));
    const at = subjects.findIndex(({ object }) => 'instanceId' in object && object.instanceId === wanted);
    if (at >= 0) header.show(subjects, at);
  };
  serveCommands(commands, { 'study.header': { run, enabled: () => instanceId() !== undefined } });
}
