/**
 * Grows whenever the walk notes something more of an object, or notes it otherwise (`InstanceAttributes`): rows that an older reader made are read again from the
 * files. 1: tables of what functional groups say, regions, vectors of frames, texts of the acquisition.
 * 2: directions of diffusion, durations and pixel shifts of frames. 3: what Siemens' private elements say of a mosaic.
 * 4: Patient Orientation, for the letters of radiographs. 5: b-values and directions of private elements.
 * 6: b-values of GE's private element.
 */
export const READER_VERSION = 6;
