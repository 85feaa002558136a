/** Ours, from a UUID (PS3.5 B.2): never a library's (PS3.7 D.3.3.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.237547316197032709995517771139754460040';
/** At most 16 characters (PS3.7 D.3.3.2.3). */
export const IMPLEMENTATION_VERSION_NAME = 'ALTERNATOR_0_1';
