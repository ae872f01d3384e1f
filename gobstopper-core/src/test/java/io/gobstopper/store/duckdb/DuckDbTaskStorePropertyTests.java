package io.gobstopper.store.duckdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.gobstopper.store.TaskStore;
import io.gobstopper.store.TaskStoreModel;
import io.gobstopper.store.TaskStorePropertyTests;

/**
 * {@link DuckDbTaskStore} on a file. What a killed process leaves is the file and its log
 * as they are at that moment.
 */
class DuckDbTaskStorePropertyTests extends TaskStorePropertyTests {

	private static final int READ_AHEAD = 20;

	private static final int MANY = 3;

	private int crashes;

	@Override
	protected TaskStore createStore(Path folder) {
		return open(folder.resolve("tasks.duckdb"));
	}

	@Override
	protected TaskStore crash(TaskStore running, TaskStoreModel model) {
		model.crashOfTheOnlyProcess();
		Path file = Path.of(running.location());
		Path left = file.resolveSibling("left-%d.duckdb".formatted(this.crashes++));
		copy(file, left);
		copy(logOf(file), logOf(left));
		running.close();
		return open(left);
	}

	private static TaskStore open(Path file) {
		DuckDbTaskStore store = new DuckDbTaskStore(DuckDbDatabaseTests.database(file), READ_AHEAD, MANY);
		store.open();
		return store;
	}

	private static Path logOf(Path file) {
		return file.resolveSibling(file.getFileName() + ".wal");
	}

	private static void copy(Path from, Path to) {
		try {
			if (Files.exists(from)) {
				Files.copy(from, to);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
