package io.gobstopper.worker.dispatch;

/**
 * What the worker of this process does in one category.
 *
 * @param category the category
 * @param active how many tasks run
 * @param limit how many may run at once
 * @param prefetched how many were claimed to run next
 * @param paused whether the category is paused
 */
public record CategoryActivity(String category, int active, int limit, int prefetched, boolean paused) {

}
