package io.gobstopper.store.duckdb;

import org.springframework.util.unit.DataSize;

import io.gobstopper.store.TaskHistoryContractTests;
import io.gobstopper.store.TaskStore;

/**
 * {@link DuckDbTaskStore} in memory.
 */
class DuckDbTaskHistoryTests extends TaskHistoryContractTests {

	@Override
	protected TaskStore createStore() {
		return new DuckDbTaskStore(
				new DuckDbDatabase(new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 2)));
	}

}
