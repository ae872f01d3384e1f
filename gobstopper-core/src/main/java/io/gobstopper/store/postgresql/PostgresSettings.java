package io.gobstopper.store.postgresql;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.gobstopper.store.sql.TableNames;

/**
 * How to use a PostgreSQL database.
 *
 * @param schema the schema of the tables, or {@code null} for the one in which
 * connections create tables
 * @param initialize whether to create the tables and bring them up to date
 * @param listen whether a connection is kept on which other processes announce work
 * @param lockTimeout how long a write waits for rows that others have locked
 * @param taskImport brings tasks of another database here first, or {@code null}
 */
public record PostgresSettings(@Nullable String schema, boolean initialize, boolean listen, Duration lockTimeout,
		@Nullable TaskImport taskImport) {

	public PostgresSettings {
		TableNames.inSchema(schema);
		Assert.isTrue(lockTimeout.toMillis() > 0,
				() -> "'lockTimeout' must be positive, but is %s".formatted(lockTimeout));
	}

}
