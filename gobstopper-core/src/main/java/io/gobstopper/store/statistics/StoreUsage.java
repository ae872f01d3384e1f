package io.gobstopper.store.statistics;

/**
 * What a database takes.
 *
 * @param fileBytes the size of its file, 0 if it has none
 * @param walBytes the size of its write-ahead log, 0 if it has none
 * @param memoryBytes the memory it takes outside the Java heap
 */
public record StoreUsage(long fileBytes, long walBytes, long memoryBytes) {

}
