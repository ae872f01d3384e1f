package io.gobstopper.store.duckdb;

import org.springframework.util.unit.DataSize;

import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskStoreContractTests;

/**
 * {@link DuckDbTaskStore} in memory.
 */
class DuckDbTaskStoreTests extends TaskStoreContractTests {

	@Override
	protected TaskStore createStore() {
		return new DuckDbTaskStore(
				new DuckDbDatabase(new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 2)));
	}

}
