package io.gobstopper.store.postgresql;

import io.gobstopper.store.TaskStatisticsContractTests;
import io.gobstopper.store.TaskStore;

/**
 * {@link PostgresTaskStore} on a real server.
 */
class PostgresStatisticsTests extends TaskStatisticsContractTests {

	@Override
	protected TaskStore createStore() {
		return new PostgresTaskStore(PostgresServer.dataSource(), PostgresServer.newSettings());
	}

}
