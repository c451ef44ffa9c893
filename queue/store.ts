/** Where blobs lie: a folder that all machines see, or a bucket. */
export interface Store {
  /** The bytes under a key; undefined if there are none. */
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Puts bytes under a key, whole or not at all. */
  write(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The number of bytes under a key, which from now on count as new; undefined if there are none. */
  renew(key: string): Promise<number | undefined>;
  /** Removes a key, if it is there. */
  remove(key: string): Promise<void>;
}
