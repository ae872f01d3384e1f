package io.gobstopper.store.sql;

/**
 * What the statements of statistics have that differs between databases.
 *
 * @param attempts summarizes the attempts that ended in each bucket of time
 * @param flows counts what came and went in each bucket and category
 * @param lastId the expression for the {@code id} of the latest {@code last_at} of a
 * group
 */
public record StatisticsSql(String attempts, String flows, String lastId) {

}
