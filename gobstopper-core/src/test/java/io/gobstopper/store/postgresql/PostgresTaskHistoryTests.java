package io.gobstopper.store.postgresql;

import io.gobstopper.store.TaskHistoryContractTests;
import io.gobstopper.store.TaskStore;

/**
 * {@link PostgresTaskStore} on a real server.
 */
class PostgresTaskHistoryTests extends TaskHistoryContractTests {

	@Override
	protected TaskStore createStore() {
		return new PostgresTaskStore(PostgresServer.dataSource(), PostgresServer.newSettings());
	}

}
