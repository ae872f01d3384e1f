package io.gobstopper.store.duckdb.connection;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements that stay prepared, on a real DuckDB.
 */
class PreparedStatementCacheTests {

	@Test
	void closedStatementIsUsedAgainWithOtherParameters() throws SQLException {
		try (Connection connection = PreparedStatementCache.around(DriverManager.getConnection("jdbc:duckdb:"))) {
			for (int number = 0; number < 3; number++) {
				assertThat(query(connection, "select 2 * ?::integer", number)).isEqualTo(2 * number);
			}
			assertThat(openStatements(connection)).isEqualTo(1);
		}
	}

	@Test
	void failureIsThrownAsItIsAndTheStatementStaysUsable() throws SQLException {
		try (Connection connection = PreparedStatementCache.around(DriverManager.getConnection("jdbc:duckdb:"))) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> query(connection, "select 1 / 0 + ('x' || ?::integer)::integer", 1))
				.withMessageContaining("x1");
			assertThat(query(connection, "select ?::integer", 5)).isEqualTo(5);
		}
	}

	@Test
	void ofVeryManyStatementsTheLeastRecentlyUsedAreClosed() throws SQLException {
		try (Connection connection = PreparedStatementCache.around(DriverManager.getConnection("jdbc:duckdb:"))) {
			List<PreparedStatement> statements = new ArrayList<>();
			for (int number = 0; number < 150; number++) {
				statements.add(connection.prepareStatement("select %d + ?::integer".formatted(number)));
			}
			assertThat(statements.get(0).isClosed()).isTrue();
			assertThat(statements.get(149).isClosed()).isFalse();
			assertThat(query(connection, "select 0 + ?::integer", 7)).isEqualTo(7);
		}
	}

	@Test
	void settingsOfAStatementEndWithIt() throws SQLException {
		try (Connection connection = PreparedStatementCache.around(DriverManager.getConnection("jdbc:duckdb:"))) {
			try (PreparedStatement statement = connection.prepareStatement("select 1")) {
				statement.setQueryTimeout(7);
			}
			try (PreparedStatement next = connection.prepareStatement("select 1")) {
				assertThat(next.getQueryTimeout()).isZero();
			}
		}
	}

	@Test
	void statementThatIsUsedTwiceAtOnceIsPreparedTwice() throws SQLException {
		try (Connection connection = PreparedStatementCache.around(DriverManager.getConnection("jdbc:duckdb:"));
				PreparedStatement outer = connection.prepareStatement("select * from range(3)");
				ResultSet rows = outer.executeQuery()) {
			assertThat(rows.next()).isTrue();
			try (PreparedStatement inner = connection.prepareStatement("select * from range(3)");
					ResultSet others = inner.executeQuery()) {
				assertThat(others.next()).isTrue();
			}
			assertThat(rows.next()).isTrue();
			assertThat(rows.getInt(1)).isEqualTo(1);
		}
	}

	@Test
	void closingAStatementClosesItsResultsOnce() throws SQLException {
		try (Connection connection = PreparedStatementCache.around(DriverManager.getConnection("jdbc:duckdb:"))) {
			PreparedStatement statement = connection.prepareStatement("select * from range(3)");
			ResultSet rows = statement.executeQuery();
			statement.close();
			assertThat(rows.isClosed()).isTrue();
			try (PreparedStatement next = connection.prepareStatement("select * from range(3)");
					ResultSet current = next.executeQuery()) {
				statement.close();
				assertThat(current.isClosed()).isFalse();
				assertThat(current.next()).isTrue();
			}
		}
	}

	private static int openStatements(Connection connection) throws SQLException {
		PreparedStatement first = connection.prepareStatement("select 2 * ?::integer");
		first.close();
		return first.isClosed() ? 0 : 1;
	}

	private static int query(Connection connection, String sql, int parameter) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setInt(1, parameter);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getInt(1);
			}
		}
	}

}
