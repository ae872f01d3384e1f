package io.gobstopper.queue;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.worker.TestQueue;

/**
 * Races in a DuckDB file.
 */
class DuckDbRaceTests extends RaceTests {

	@TempDir
	private Path folder;

	@Override
	protected TestQueue.Builder queue(Object handlers) {
		return TestQueue.with(handlers).path(this.folder.resolve("tasks.duckdb").toString());
	}

}
