package io.gobstopper.store.jdbc;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables on PostgreSQL, made by hand.
 */
class PostgresSchemaTests {

	private static final int LATEST = PostgresSchema.SCRIPTS.size();

	private final PostgresSettings settings = PostgresServer.newSettings();

	private final JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());

	@BeforeEach
	void createSchema() {
		this.jdbcTemplate.execute("create schema " + this.settings.schema());
	}

	@Test
	void tablesMadeByHandAreUsed() throws Exception {
		apply(PostgresSchema.SCRIPTS);
		try (PostgresTaskStore store = open(false)) {
			assertThat(store.counts()).isEmpty();
		}
		assertThat(versions()).hasSize(LATEST);
	}

	@Test
	void tablesThatAreThereAreNotMadeAgain() throws Exception {
		apply(PostgresSchema.SCRIPTS);
		try (PostgresTaskStore store = open(true)) {
			assertThat(store.counts()).isEmpty();
		}
		assertThat(versions()).hasSize(LATEST);
	}

	private PostgresTaskStore open(boolean initialize) {
		PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(),
				new PostgresSettings(this.settings.schema(), initialize, this.settings.listen(),
						this.settings.lockTimeout(), this.settings.migrateFrom()));
		try {
			store.open();
			return store;
		}
		catch (RuntimeException ex) {
			store.close();
			throw ex;
		}
	}

	private void apply(List<String> scripts) throws Exception {
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(
				PostgresServer.dataSource().getConnection(), true);
		try {
			new JdbcTemplate(dataSource).execute("set search_path to " + this.settings.schema());
			for (String script : scripts) {
				new ResourceDatabasePopulator(new ClassPathResource(script, PostgresSchema.class)).execute(dataSource);
			}
		}
		finally {
			new JdbcTemplate(dataSource).execute("reset search_path");
			dataSource.destroy();
		}
	}

	private List<Integer> versions() {
		return this.jdbcTemplate.queryForList(
				"select version from %s.gobstopper_schema_version order by version".formatted(this.settings.schema()),
				Integer.class);
	}

}
