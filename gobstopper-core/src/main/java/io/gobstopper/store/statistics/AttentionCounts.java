package io.gobstopper.store.statistics;

/**
 * Tasks that somebody should look at.
 *
 * @param failed the tasks that failed for good since the time that was asked for
 * @param recovered the tasks whose process died while they ran: unfinished ones, and
 * those completed since the time that was asked for
 * @param unknown the tasks that wait for a handler of a name that is not known
 * @param unreadable the tasks that wait for a handler that can read their arguments
 */
public record AttentionCounts(long failed, long recovered, long unknown, long unreadable) {

}
