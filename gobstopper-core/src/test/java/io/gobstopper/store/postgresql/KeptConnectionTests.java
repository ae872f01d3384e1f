package io.gobstopper.store.postgresql;

import java.sql.Connection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The connection of the writer, from a pool of one.
 */
class KeptConnectionTests {

	private SingleConnectionDataSource pool;

	@BeforeEach
	void openPool() throws Exception {
		this.pool = new SingleConnectionDataSource(PostgresServer.dataSource().getConnection(), true);
	}

	@AfterEach
	void closePool() {
		this.pool.destroy();
	}

	@Test
	void isolationOfThePoolIsChangedUntilTheConnectionIsGivenBack() throws Exception {
		Connection connection = this.pool.getConnection();
		connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		try (KeptConnection kept = new KeptConnection(this.pool)) {
			assertThat(kept.getConnection().getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		}
		assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
		connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
	}

}
