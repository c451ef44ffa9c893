/** The most bytes of a picture that is handed over. */
export const uploadBytes = 64 * 1024 * 1024;
/** The most bytes of JSON that the page sends. */
export const jsonBytes = 1024 * 1024;
/** The most pictures that are kept beside those in use. */
export const keptPictures = 16;
/** The most masks that are kept beside those in use: each stroke makes one. */
export const keptMasks = 64;
/** The most films that are kept beside those in use. */
export const keptFilms = 2;
/** The most pixels of a picture, as `decode.pixelLimit` has it unless a preset says otherwise. */
export const pixels = 268e6;
/** The most steps that can be undone. */
export const undoSteps = 200;
/** The most finished pictures in the list; their files stay. */
export const listedVersions = 200;
/** The most jobs that wait. */
export const waitingJobs = 16;
/** The most pages that listen at a time. */
export const listeners = 32;
