package io.gobstopper.store.postgresql;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskStoreModel;
import io.gobstopper.store.TaskStorePropertyTests;

/**
 * {@link PostgresTaskStore} on a real server. A process that is killed leaves all that it
 * committed, its leases too.
 */
class PostgresTaskStorePropertyTests extends TaskStorePropertyTests {

	private final Map<TaskStore, PostgresSettings> settings = new HashMap<>();

	@Override
	protected TaskStore createStore(Path folder) {
		return open(PostgresServer.newSettings());
	}

	// Nothing but its connection goes with it.
	@Override
	protected TaskStore crash(TaskStore running, TaskStoreModel model) {
		running.close();
		return open(this.settings.remove(running));
	}

	private TaskStore open(PostgresSettings of) {
		PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), of);
		store.open();
		this.settings.put(store, of);
		return store;
	}

}
