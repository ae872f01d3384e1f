package io.gobstopper.store.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A real server for all tests of a JVM, with a schema for each store.
 */
public final class PostgresServer {

	private static final AtomicInteger SCHEMAS = new AtomicInteger();

	private PostgresServer() {
	}

	/**
	 * Returns settings with a schema that nobody has used.
	 * @return the settings
	 */
	public static PostgresSettings newSettings() {
		return new PostgresSettings("tasks_" + SCHEMAS.incrementAndGet(), true, true, Duration.ofSeconds(2), null);
	}

	/**
	 * Returns where connections come from, for all tests.
	 * @return the pool
	 */
	public static HikariDataSource dataSource() {
		return Holder.POOL;
	}

	/**
	 * Returns another pool for the same database.
	 * @param size the number of its connections
	 * @return the pool
	 */
	public static HikariDataSource newDataSource(int size) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url());
		pool.setMaximumPoolSize(size);
		pool.setMinimumIdle(0);
		return pool;
	}

	/**
	 * Returns where another pool can get connections.
	 * @return the address
	 */
	public static String url() {
		return Holder.SERVER.getJdbcUrl("postgres", "postgres");
	}

	private static final class Holder {

		static final EmbeddedPostgres SERVER = start();

		static final HikariDataSource POOL = newDataSource(20);

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
