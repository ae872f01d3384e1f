package io.gobstopper.store.duckdb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskQueueClosedException;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * {@link DuckDbSnapshots} of a database that is in use.
 */
@Timeout(60)
class DuckDbSnapshotsTests {

	@TempDir
	private Path folder;

	private final AtomicReference<DuckDbDatabase> database = new AtomicReference<>();

	@Test
	void snapshotTakenUnderLoadRestoresAllTasksAcknowledgedBeforeIt() throws Exception {
		Handlers handlers = new Handlers();
		Path snapshot;
		List<String> acknowledged;
		try (TestQueue queue = queue("tasks.duckdb", handlers).start()) {
			Queue<String> enqueued = produceUntilClosed(queue);
			String running = queue.service().enqueue("block");
			await().until(() -> enqueued.size() > 200 && queue.find(running).isRunning());
			acknowledged = new ArrayList<>(enqueued);
			acknowledged.add(running);
			snapshot = new DuckDbSnapshots(this.database.get(), snapshots(), 3).take();
			handlers.released.countDown();
		}
		Files.copy(snapshot, this.folder.resolve("restored.duckdb"));
		try (TestQueue queue = queue("restored.duckdb", handlers).start()) {
			await().until(() -> queue.service().stats().queued() + queue.service().stats().running() == 0);
			assertThat(acknowledged)
				.allSatisfy((id) -> assertThat(queue.find(id).status()).isEqualTo(TaskStatus.SUCCESS));
			assertThat(queue.store().reads().findDamage(true)).isEmpty();
		}
	}

	@Test
	void newestSnapshotsAreKept() {
		try (DuckDbTaskStore store = store("it's.duckdb")) {
			store.open();
			DuckDbSnapshots snapshots = new DuckDbSnapshots(this.database.get(), snapshots(), 2);
			assertThat(snapshots.list()).isEmpty();
			snapshots.take();
			Path second = snapshots.take();
			Path third = snapshots.take();
			assertThat(snapshots.list()).containsExactly(third, second);
			assertThat(snapshots()).isDirectoryNotContaining("glob:**.unfinished");
		}
	}

	@Test
	void onlyWhatWasLeftLongAgoByAProcessThatWasKilledIsDeleted() throws Exception {
		Path left = Files.createFile(Files.createDirectories(snapshots()).resolve("gobstopper-1.unfinished"));
		Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
		Path underWay = Files.createFile(snapshots().resolve("gobstopper-2.unfinished"));
		try (DuckDbTaskStore store = store("tasks.duckdb")) {
			store.open();
			new DuckDbSnapshots(this.database.get(), snapshots(), 2).take();
			assertThat(left).doesNotExist();
			assertThat(underWay).exists();
		}
	}

	@Test
	void copyThatIsNotRightIsNotKept() {
		try (DuckDbTaskStore store = store("tasks.duckdb")) {
			store.open();
			new JdbcTemplate(this.database.get().writer())
				.execute("insert into gobstopper_idempotency_key values ('key', uuid()), ('key', uuid())");
			DuckDbSnapshots snapshots = new DuckDbSnapshots(this.database.get(), snapshots(), 2);
			assertThatExceptionOfType(TaskStoreException.class).isThrownBy(snapshots::take)
				.withMessageContaining("is not right")
				.withMessageContaining("1 idempotency keys are held twice");
			assertThat(snapshots()).isEmptyDirectory();
		}
	}

	@Test
	void nothingElseCanBeReached() {
		try (DuckDbTaskStore store = store("tasks.duckdb")) {
			store.open();
			DuckDbSnapshots elsewhere = new DuckDbSnapshots(this.database.get(), this.folder.resolve("elsewhere"), 2);
			assertThatExceptionOfType(Exception.class).isThrownBy(elsewhere::take)
				.withMessageContaining("file system operations are disabled");
		}
	}

	private static Queue<String> produceUntilClosed(TestQueue queue) {
		Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
		Thread producer = new Thread(() -> {
			try {
				while (true) {
					acknowledged.add(queue.service().enqueue("quick"));
				}
			}
			catch (TaskQueueClosedException ex) {
				acknowledged.add("");
			}
		});
		producer.setDaemon(true);
		producer.start();
		return acknowledged;
	}

	private TestQueue.Builder queue(String file, Handlers handlers) {
		return TestQueue.with(handlers)
			.path(this.folder.resolve(file).toString())
			.snapshots(snapshots())
			.database(this.database::set);
	}

	private DuckDbTaskStore store(String file) {
		this.database.set(new DuckDbDatabase(new DuckDbSettings(this.folder.resolve(file).toString(),
				DataSize.ofMegabytes(64), 1, Duration.ofMinutes(1), snapshots())));
		return new DuckDbTaskStore(this.database.get());
	}

	private Path snapshots() {
		return this.folder.resolve("o'snapshots");
	}

	static class Handlers {

		final CountDownLatch released = new CountDownLatch(1);

		@GobstopperTask(name = "quick")
		void quick() {
		}

		@GobstopperTask(name = "block", category = "blocking")
		void block() throws InterruptedException {
			this.released.await();
		}

	}

}
