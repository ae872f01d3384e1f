package io.gobstopper.store.migration;

import java.nio.file.Path;
import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;

import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.postgresql.PostgresTaskStore;

/**
 * A process that moves a file to PostgreSQL.
 */
public final class MovingProcess {

	private MovingProcess() {
	}

	public static void main(String[] args) {
		try (HikariDataSource dataSource = new HikariDataSource();
				PostgresTaskStore store = new PostgresTaskStore(dataSource, new PostgresSettings(args[1], true, true,
						Duration.ofSeconds(2), DuckDbMigration.of(Path.of(args[2]))))) {
			dataSource.setJdbcUrl(args[0]);
			dataSource.setMaximumPoolSize(2);
			store.open();
		}
	}

}
