import type { WindowPreset, WindowPresets } from '@shared/domain';

const CT: readonly WindowPreset[] = [
  { name: 'Lung', center: -600, width: 1500 },
  { name: 'Soft tissue', center: 40, width: 400 },
  { name: 'Bone', center: 480, width: 2500 },
  { name: 'Brain', center: 40, width: 80 },
  { name: 'Subdural', center: 75, width: 215 },
  { name: 'Liver', center: 60, width: 160 },
  { name: 'Mediastinum', center: 50, width: 350 },
  { name: 'CT angiography', center: 300, width: 600 },
  { name: 'Stroke', center: 40, width: 40 },
];

/** Presets at first. Only CT numbers mean the same everywhere; elsewhere the file's own windows are offered, and what the user adds. */
export const FIRST_PRESETS: WindowPresets = { CT: [...CT] };

/** Presets of a modality on the keys 1 to 9: the user's, else the first ones. */
export function presetsOf(modality: string, own: WindowPresets = {}): readonly WindowPreset[] {
  return own[modality] ?? FIRST_PRESETS[modality] ?? [];
}
