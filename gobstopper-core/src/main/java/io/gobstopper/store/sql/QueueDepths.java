package io.gobstopper.store.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;

import io.gobstopper.store.statistics.CategoryDepth;

/**
 * The unfinished work of each category and one size of the database, read with one query.
 *
 * @param categories the work
 * @param bytes the size that the query asks for
 */
public record QueueDepths(List<CategoryDepth> categories, long bytes) {

	/**
	 * Reads the depths.
	 * @param client where to read
	 * @param sql selects a row for each category, and one without a category that has the
	 * size as {@code bytes}
	 * @param now the time at which tasks are due or not
	 * @return the depths
	 */
	public static QueueDepths read(JdbcClient client, String sql, Instant now) {
		List<CategoryDepth> categories = new ArrayList<>();
		long[] bytes = new long[1];
		client.sql(sql).param("now", JdbcTaskReader.timestamp(now)).query((row) -> {
			bytes[0] += row.getLong("bytes");
			String category = row.getString("category");
			if (category != null) {
				categories.add(new CategoryDepth(category, row.getLong("pending"), row.getLong("scheduled"),
						row.getLong("started"), row.getLong("retry"),
						StoredTaskRowMapper.instant(row, "oldest_due_at")));
			}
		});
		return new QueueDepths(categories, bytes[0]);
	}

}
