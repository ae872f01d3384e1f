package io.gobstopper.limit;

/**
 * How much of a limit the tasks with one key use.
 *
 * @param key the key
 * @param active how many of them have a place
 * @param waiting how many wait for one
 */
public record LimitKeyInfo(String key, long active, long waiting) {

}
