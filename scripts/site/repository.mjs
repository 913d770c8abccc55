/** Where the sources are read on the web. */
export const REPOSITORY = "https://github.com/open-ug/conveyor/blob/main/sdks/javascript";
