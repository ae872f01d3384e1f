package io.gobstopper.store.jdbc;

/**
 * The statements of statistics that differ between databases.
 *
 * @param attempts summarizes the attempts that ended in each bucket of time
 * @param flows counts what came and went in each bucket and category
 * @param failures counts what failed
 */
record StatisticsSql(String attempts, String flows, String failures) {

}
