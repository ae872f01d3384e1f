package io.gobstopper.store.duckdb.connection;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * {@link LentConnections} of a database whose readers must be quick.
 */
@Timeout(60)
class LentConnectionsTests {

	@TempDir
	private Path folder;

	private DuckDbDatabase database;

	@BeforeEach
	void open() {
		this.database = new DuckDbDatabase(new DuckDbSettings(this.folder.resolve("tasks.duckdb").toString(),
				DataSize.ofMegabytes(64), 1, Duration.ofMillis(300), null));
		this.database.open();
		new JdbcTemplate(this.database.writer()).execute("create table numbers as from range(100000)");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void transactionLeftOpenIsEndedAndOthersGoOn() throws SQLException {
		Connection forgotten = this.database.readers().getConnection();
		forgotten.setAutoCommit(false);
		Connection connection = forgotten.unwrap(DuckDBConnection.class);
		try (Statement statement = forgotten.createStatement()) {
			statement.execute("select count(*) from numbers");
		}
		await().until(connection::isClosed);
		assertThatExceptionOfType(SQLException.class).isThrownBy(forgotten::createStatement);
		forgotten.close();
		assertThat(new JdbcTemplate(this.database.readers()).queryForObject("select count(*) from numbers", Long.class))
			.isEqualTo(100_000);
	}

	@Test
	void queryThatTakesTooLongIsInterrupted() {
		JdbcTemplate jdbcTemplate = new JdbcTemplate(this.database.readers());
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbcTemplate
			.queryForObject("select sum(a.range * b.range) from numbers a, numbers b", Object.class));
		assertThat(jdbcTemplate.queryForObject("select 1", Integer.class)).isEqualTo(1);
	}

	@Test
	void connectionThatWasGivenBackInTimeStaysOpen() throws SQLException {
		Connection forgotten = this.database.readers().getConnection();
		Connection overdue = forgotten.unwrap(DuckDBConnection.class);
		Connection inTime;
		try (Connection borrowed = this.database.readers().getConnection()) {
			inTime = borrowed.unwrap(DuckDBConnection.class);
		}
		await().until(overdue::isClosed);
		assertThat(inTime.isClosed()).isFalse();
		forgotten.close();
	}

}
