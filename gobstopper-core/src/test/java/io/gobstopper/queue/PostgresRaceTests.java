package io.gobstopper.queue;

import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;

/**
 * Races in a PostgreSQL database.
 */
class PostgresRaceTests extends RaceTests {

	private final PostgresSettings settings = PostgresServer.newSettings();

	@Override
	protected TestQueue.Builder queue(Object handlers) {
		return TestQueue.with(handlers).postgres(this.settings);
	}

}
