package io.gobstopper.store.duckdb;

import org.springframework.util.unit.DataSize;

import io.gobstopper.store.TaskStatisticsContractTests;
import io.gobstopper.store.TaskStore;

/**
 * {@link DuckDbStatistics} in memory.
 */
class DuckDbStatisticsTests extends TaskStatisticsContractTests {

	@Override
	protected TaskStore createStore() {
		return new DuckDbTaskStore(
				new DuckDbDatabase(new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 2)));
	}

}
