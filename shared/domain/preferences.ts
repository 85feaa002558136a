import { z } from 'zod';
import { CornerTables } from './corner-texts';

/** Keys of commands that the user changed; an empty list: none at all. */
export const KeyOverrides = z.record(z.string().max(60), z.array(z.string().min(1).max(40)).max(4));
export type KeyOverrides = z.infer<typeof KeyOverrides>;

export const PointerTool = z.enum(['window', 'scroll', 'zoom', 'pan', 'windowBox', 'cursor3d', 'none']);
export type PointerTool = z.infer<typeof PointerTool>;

/** A mouse button with the keys held beside it. The plain left button does the tool that is chosen; this is the one to start with. */
export const MouseGesture = z.enum([
  'Left',
  'Shift+Left',
  'Ctrl+Left',
  'Alt+Left',
  'Middle',
  'Shift+Middle',
  'Ctrl+Middle',
  'Alt+Middle',
  'Right',
  'Shift+Right',
  'Ctrl+Right',
  'Alt+Right',
]);
export type MouseGesture = z.infer<typeof MouseGesture>;

export const WheelAction = z.enum(['scroll', 'scroll10', 'zoom', 'pan', 'window', 'series', 'none']);
export type WheelAction = z.infer<typeof WheelAction>;
export const WheelGesture = z.enum(['Wheel', 'Shift+Wheel', 'Ctrl+Wheel', 'Alt+Wheel']);
export type WheelGesture = z.infer<typeof WheelGesture>;

/** What hand and wheel do where it is other than at first. */
export const MousePreferences = z.object({
  buttons: z.partialRecord(MouseGesture, PointerTool).optional(),
  wheel: z.partialRecord(WheelGesture, WheelAction).optional(),
  /** A fast wheel moves more and more images. */
  acceleration: z.boolean().optional(),
  /** The wheel turns the other way round. */
  reversed: z.boolean().optional(),
});
export type MousePreferences = z.infer<typeof MousePreferences>;

/** A window by name; values in the modality's own unit (HU for CT). */
export const WindowPreset = z.object({ name: z.string().min(1).max(40), center: z.number().min(-1e7).max(1e7), width: z.number().min(0.0001).max(1e7) });
export type WindowPreset = z.infer<typeof WindowPreset>;
export const MOST_PRESETS = 9;
/** By modality (PS3.3 C.7.3.1.1.1): those on the keys 1 to 9. */
export const WindowPresets = z.record(z.string().regex(/^[A-Z]{2,16}$/), z.array(WindowPreset).max(MOST_PRESETS));
export type WindowPresets = z.infer<typeof WindowPresets>;

/** A grid of viewports by name, and whether its viewports go together. The viewer checks the grid's id. */
export const NamedLayout = z.object({
  name: z.string().min(1).max(40),
  layout: z.string().regex(/^[1-4][x+/][1-4]$/),
  linked: z.boolean().optional(),
  synced: z.boolean().optional(),
});
export type NamedLayout = z.infer<typeof NamedLayout>;

export const GeneralPreferences = z.object({
  /** BCP 47 tag for dates and numbers; empty: as this computer says. */
  locale: z.string().max(35).optional(),
  /** Open studies come back at the next start. */
  reopenStudies: z.boolean().optional(),
  /** The next study of the list is loaded while this one is read. */
  nextAhead: z.boolean().optional(),
  /** Viewports that are small show the minimal texts only. */
  fewerTextsWhenSmall: z.boolean().optional(),
  cineMode: z.enum(['loop', 'bounce']).optional(),
  /** Brightness of everything but the images, percent. */
  chromePercent: z.int().min(30).max(100).optional(),
});
export type GeneralPreferences = z.infer<typeof GeneralPreferences>;

/** Each part of the preferences; an absent one is as at first. One table: store, screen, export and reset read it. */
export const PREFERENCE_SECTIONS = {
  general: GeneralPreferences,
  keys: KeyOverrides,
  mouse: MousePreferences,
  cornerTexts: CornerTables,
  windowPresets: WindowPresets,
  /** Command ids of the viewer's toolbar in their order, `-` a divider. */
  toolbar: z.array(z.string().max(60)).max(80),
  layouts: z.array(NamedLayout).max(9),
} as const;
export type PreferenceSection = keyof typeof PREFERENCE_SECTIONS;

/** How this user likes the station. Sections that another version knows are kept as they are. */
export const Preferences = z.looseObject({
  version: z.literal(1).optional(),
  general: PREFERENCE_SECTIONS.general.optional(),
  keys: PREFERENCE_SECTIONS.keys.optional(),
  mouse: PREFERENCE_SECTIONS.mouse.optional(),
  cornerTexts: PREFERENCE_SECTIONS.cornerTexts.optional(),
  windowPresets: PREFERENCE_SECTIONS.windowPresets.optional(),
  toolbar: PREFERENCE_SECTIONS.toolbar.optional(),
  layouts: PREFERENCE_SECTIONS.layouts.optional(),
});
export type Preferences = z.infer<typeof Preferences>;
