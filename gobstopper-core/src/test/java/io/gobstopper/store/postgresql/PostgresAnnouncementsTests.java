package io.gobstopper.store.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import io.gobstopper.GobstopperTask;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link PostgresAnnouncements}, as another process hears them.
 */
@Timeout(60)
class PostgresAnnouncementsTests {

	private final String schema = PostgresServer.newSettings().schema();

	@Test
	void workIsAnnouncedWhereProcessesListen() throws Exception {
		assertThat(heardOfAnEnqueue(true)).hasSize(2).first().asString().endsWith("work default");
	}

	@Test
	void nothingIsAnnouncedWhereNoneListens() throws Exception {
		assertThat(heardOfAnEnqueue(false)).containsExactly("marker");
	}

	private List<String> heardOfAnEnqueue(boolean listen) throws SQLException {
		String channel = TableNames.inSchema(this.schema).channel();
		try (Connection connection = PostgresServer.dataSource().getConnection();
				Statement statement = connection.createStatement();
				TestQueue queue = TestQueue.with(new Handlers())
					.postgres(new PostgresSettings(this.schema, true, listen, Duration.ofSeconds(2), null))
					.enqueueOnly()) {
			statement.execute("listen \"%s\"".formatted(channel));
			queue.service().enqueue("quick");
			statement.execute("select pg_notify('%s', 'marker')".formatted(channel));
			List<String> heard = new ArrayList<>();
			while (!heard.contains("marker")) {
				for (PGNotification each : connection.unwrap(PGConnection.class).getNotifications(100)) {
					heard.add(each.getParameter());
				}
			}
			statement.execute("unlisten *");
			return heard;
		}
	}

	static class Handlers {

		@GobstopperTask(name = "quick")
		void quick() {
		}

	}

}
