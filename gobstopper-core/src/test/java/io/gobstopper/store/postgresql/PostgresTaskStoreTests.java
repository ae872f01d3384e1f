package io.gobstopper.store.postgresql;

import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskStoreContractTests;

/**
 * {@link PostgresTaskStore} on a real server.
 */
class PostgresTaskStoreTests extends TaskStoreContractTests {

	@Override
	protected TaskStore createStore() {
		return new PostgresTaskStore(PostgresServer.dataSource(), PostgresServer.newSettings());
	}

}
