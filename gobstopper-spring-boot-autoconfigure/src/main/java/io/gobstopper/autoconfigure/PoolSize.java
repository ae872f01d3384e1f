package io.gobstopper.autoconfigure;

import java.util.function.Function;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.util.Assert;

/**
 * How many connections pools lend at once. With too few, the queue would stand still
 * without a word.
 */
final class PoolSize {

	private final Function<DataSource, @Nullable DataSourcePoolMetadata> metadata;

	PoolSize(Function<DataSource, @Nullable DataSourcePoolMetadata> metadata) {
		this.metadata = metadata;
	}

	// Accepts pools that do not tell, and those that are left as they are by default.
	DataSource atLeast(int connections, DataSource dataSource) {
		DataSourcePoolMetadata pool = this.metadata.apply(dataSource);
		Integer most = (pool != null) ? pool.getMax() : null;
		Assert.isTrue(most == null || most <= 0 || most >= connections,
				() -> "'postgresql' needs a pool of at least %d connections, besides those of handlers, but this one has %d; "
					.formatted(connections, most)
						+ "make it larger, for example with 'spring.datasource.hikari.maximum-pool-size'");
		return dataSource;
	}

}
