package io.gobstopper.store.statistics;

import java.time.Instant;

/**
 * The tasks of one name in one category that wait.
 *
 * @param name the name
 * @param category the category
 * @param count how many there are
 * @param since when the oldest was enqueued
 * @param newestSeq the sequence number of the newest
 */
public record WaitingName(String name, String category, long count, Instant since, long newestSeq) {

}
