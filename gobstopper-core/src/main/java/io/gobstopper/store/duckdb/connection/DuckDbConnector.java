package io.gobstopper.store.duckdb.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

import org.duckdb.DuckDBDriver;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.util.Assert;

/**
 * Opens connections to one DuckDB database, which keep their statements prepared. The
 * driver is loaded with the first of them, because that takes some time.
 */
public final class DuckDbConnector extends AbstractDriverBasedDataSource {

	private final Duration longestOpening;

	private final Runnable beforeOpening;

	public DuckDbConnector(String url, Properties properties, Duration longestOpening, Runnable beforeOpening) {
		setUrl(url);
		setConnectionProperties(properties);
		this.longestOpening = longestOpening;
		this.beforeOpening = beforeOpening;
	}

	// How long a pool waits at its end for a connection that is being opened.
	@Override
	public int getLoginTimeout() {
		return (int) this.longestOpening.toSeconds();
	}

	@Override
	public void setLoginTimeout(int seconds) {
		logger.debug("A file is opened at once or not at all, whatever the timeout");
	}

	@Override
	protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
		this.beforeOpening.run();
		Connection connection = new DuckDBDriver().connect(getUrl(), properties);
		Assert.state(connection != null, () -> "DuckDB does not open '%s'".formatted(getUrl()));
		return PreparedStatementCache.around(connection);
	}

}
