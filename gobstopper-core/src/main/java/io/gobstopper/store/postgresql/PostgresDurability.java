package io.gobstopper.store.postgresql;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Whether what PostgreSQL has committed outlives a crash of the server, which its
 * settings may leave open for a server, a database, a role or a connection.
 */
final class PostgresDurability {

	/**
	 * Ensures it for the transaction that selects this. Whoever waits for replicas too
	 * goes on doing so.
	 */
	static final String ENSURE = """
			set_config('synchronous_commit', case when current_setting('synchronous_commit') = 'off' then 'on'
				else current_setting('synchronous_commit') end, true)""";

	private static final Log logger = LogFactory.getLog(PostgresDurability.class);

	private static final String OFF = "select current_setting(?) = 'off'";

	private PostgresDurability() {
	}

	// Says what is not ensured.
	static void warn(JdbcTemplate jdbcTemplate) {
		if (isOff(jdbcTemplate, "synchronous_commit")) {
			logger
				.warn("'synchronous_commit' is off for connections of this application. Tasks are stored as if it were "
						+ "on; only those enqueued within a transaction of the application may be lost with it if PostgreSQL "
						+ "crashes");
		}
		if (isOff(jdbcTemplate, "fsync")) {
			logger
				.warn("'fsync' is off in PostgreSQL: tasks, and all other data, may be lost or damaged if its machine "
						+ "crashes");
		}
	}

	private static boolean isOff(JdbcTemplate jdbcTemplate, String setting) {
		return Boolean.TRUE.equals(jdbcTemplate.queryForObject(OFF, Boolean.class, setting));
	}

}
