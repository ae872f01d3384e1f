package io.gobstopper.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.GobstopperException;
import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A disk that is full or read-only.
 */
@Timeout(120)
class FullDiskTests {

	private static final String TEXT = "x".repeat(8000);

	@TempDir
	private Path folder;

	@Test
	void fullDiskRefusesTasksUntilThereIsRoomAndLosesNone() throws Exception {
		try (SmallFileSystem disk = SmallFileSystem.mount(this.folder, 48)) {
			List<String> acknowledged = new ArrayList<>();
			try (TestQueue queue = TestQueue.with(new Handlers()).path(database(disk)).start()) {
				acknowledged.add(queue.service().enqueue("echo", TEXT));
				disk.fillUp(4_000_000);
				assertThatExceptionOfType(TaskStoreException.class).isThrownBy(() -> {
					while (true) {
						acknowledged.add(queue.service().enqueue("echo", TEXT));
					}
				});
				disk.makeRoom();
				await().untilAsserted(() -> acknowledged.add(tryToEnqueue(queue)));
				await().until(() -> queue.service().stats().queued() + queue.service().stats().running() == 0);
				assertAllSucceeded(queue, acknowledged);
			}
			try (TestQueue queue = TestQueue.with(new Handlers()).path(database(disk)).start()) {
				assertAllSucceeded(queue, acknowledged);
				assertThat(queue.store().reads().findDamage(true)).isEmpty();
			}
		}
	}

	@Test
	void readOnlyDiskIsExplained() throws Exception {
		try (SmallFileSystem disk = SmallFileSystem.mount(this.folder, 48)) {
			TestQueue.with(new Handlers()).path(database(disk)).start().close();
			disk.makeReadOnly();
			try (TestQueue queue = TestQueue.with(new Handlers()).path(database(disk)).enqueueOnly()) {
				assertThatExceptionOfType(TaskStoreException.class).isThrownBy(queue::store)
					.withMessageContaining("'%s' cannot be opened".formatted(database(disk)))
					.withMessageContaining("Read-only file system");
			}
		}
	}

	private static String tryToEnqueue(TestQueue queue) {
		try {
			return queue.service().enqueue("echo", TEXT);
		}
		catch (GobstopperException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void assertAllSucceeded(TestQueue queue, List<String> ids) {
		assertThat(ids).allSatisfy((id) -> assertThat(queue.find(id).status()).isEqualTo(TaskStatus.SUCCESS));
	}

	private static String database(SmallFileSystem disk) {
		return disk.folder().resolve("tasks.duckdb").toString();
	}

	static class Handlers {

		@GobstopperTask(name = "echo")
		String echo(String text) {
			return text;
		}

	}

}
