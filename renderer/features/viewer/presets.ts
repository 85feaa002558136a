/** A window by name; values in the modality's own unit (HU for CT). */
export interface WindowPreset {
  readonly name: string;
  readonly center: number;
  readonly width: number;
}

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

/** Presets on the keys 1 to 9. Only CT numbers mean the same everywhere; elsewhere the file's own windows are offered. */
export function presetsOf(modality: string): readonly WindowPreset[] {
  return modality === 'CT' ? CT : [];
}
