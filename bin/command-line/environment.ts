/** What the client's commands read from the environment, for the manual and for whoever looks for a mistyped name. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  FPLANE_SERVER: "address of the server, where --server names none; else http://localhost:5000",
  FPLANE_APIKEY: "the key itself",
  FPLANE_APIKEY_FILE: "file that holds the key, where --key-file names none",
  FPLANE_CACHE: "where answers are kept, or off; else fplane in XDG_CACHE_HOME, else ~/.cache/fplane",
  FPLANE_QUEUE_DIR: "where statuses wait that could not be sent; else ~/.local/state/fplane/queue",
  FPLANE_DEBUG: "not empty: an error inside the program is told with its stack",
  FPS_SETTINGS: "settings file of the server's commands, where --config names none",
  NO_COLOR: "not empty: no colour, on a terminal neither",
};

/** What only the server reads, of the names that could be taken for the client's. */
export const SERVER_ENVIRONMENT: readonly string[] = ["FPLANE_PUBLIC_READ", "FPLANE_TIMEZONE"];
