package io.gobstopper.store.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.TaskStoreVersionException;
import io.gobstopper.store.sql.TableNames;

/**
 * The tables on PostgreSQL. Of several processes that start at once, one makes them.
 */
final class PostgresSchema {

	static final List<String> SCRIPTS = List.of("postgresql-1.sql", "postgresql-2.sql", "postgresql-3.sql",
			"postgresql-4.sql", "postgresql-5.sql", "postgresql-6.sql", "postgresql-7.sql", "postgresql-8.sql");

	private static final String LOCK = "select pg_advisory_xact_lock(hashtext('gobstopper schema'))";

	private static final String SET_LOCK_TIMEOUT = "select set_config('lock_timeout', ?, true)";

	private static final String IS_THERE = "select to_regclass(?) is not null";

	private static final String IS_SCHEMA_THERE = "select exists (select from pg_namespace where nspname = ?)";

	private static final String FIND_VERSION = "select coalesce(max(version), 0) from gobstopper_schema_version";

	private final JdbcTemplate jdbcTemplate;

	private final PostgresSettings settings;

	private final TableNames tables;

	PostgresSchema(JdbcTemplate jdbcTemplate, PostgresSettings settings) {
		this.jdbcTemplate = jdbcTemplate;
		this.settings = settings;
		this.tables = TableNames.inSchema(settings.schema());
	}

	// Called within a transaction.
	void migrate() {
		lock();
		if (this.settings.initialize()) {
			useSchema();
		}
		int version = version();
		if (version > SCRIPTS.size()) {
			throw new TaskStoreVersionException(
					"The task database has schema version %d, but this version of Gobstopper knows versions up to %d"
						.formatted(version, SCRIPTS.size()));
		}
		if (version < SCRIPTS.size() && !this.settings.initialize()) {
			throw new TaskStoreException(
					("The task database has schema version %d instead of %d; apply %s, or set "
							+ "gobstopper.schema.initialize to 'always'")
						.formatted(version, SCRIPTS.size(), SCRIPTS.subList(version, SCRIPTS.size())),
					"Have the scripts applied before the application starts, by Flyway, Liquibase or hand; they are in the jar "
							+ "under 'io/gobstopper/store/postgresql'.",
					null);
		}
		SCRIPTS.subList(version, SCRIPTS.size()).forEach((script) -> this.jdbcTemplate.execute(read(script)));
	}

	// Whoever changes the tables may take longer than others should wait for rows.
	private void lock() {
		setLockTimeout(Duration.ZERO);
		this.jdbcTemplate.execute(LOCK);
		setLockTimeout(this.settings.lockTimeout());
	}

	private void setLockTimeout(Duration timeout) {
		this.jdbcTemplate.queryForObject(SET_LOCK_TIMEOUT, String.class, PostgresTransactions.millis(timeout));
	}

	// The scripts do not name a schema, so that users can apply them anywhere.
	private void useSchema() {
		String schema = this.settings.schema();
		if (schema != null) {
			if (!isThere(schema)) {
				this.jdbcTemplate.execute("create schema \"%s\"".formatted(schema));
			}
			this.jdbcTemplate.execute("set local search_path to \"%s\"".formatted(schema));
		}
	}

	// Whoever may not create schemas can still use one.
	private boolean isThere(String schema) {
		return Boolean.TRUE.equals(this.jdbcTemplate.queryForObject(IS_SCHEMA_THERE, Boolean.class, schema));
	}

	private int version() {
		Boolean there = this.jdbcTemplate.queryForObject(IS_THERE, Boolean.class,
				this.tables.in("gobstopper_schema_version"));
		Integer version = Boolean.TRUE.equals(there)
				? this.jdbcTemplate.queryForObject(this.tables.in(FIND_VERSION), Integer.class) : null;
		return (version != null) ? version : 0;
	}

	private static String read(String script) {
		try {
			return new ClassPathResource(script, PostgresSchema.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
