package io.gobstopper.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.store.postgresql.PostgresSettings;

/**
 * A process of a rolling deploy: enqueues tasks as its own version does, and runs what it
 * can.
 */
public final class DeployedProcess {

	/**
	 * How many tasks of each name are enqueued by each version.
	 */
	public static final int TASKS = 150;

	private DeployedProcess() {
	}

	public static void main(String[] args) throws InterruptedException {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(args[0]);
		pool.setMaximumPoolSize(5);
		boolean isNew = args[2].equals("new");
		TestQueue queue = TestQueue.with(isNew ? new NewVersion() : new OldVersion())
			.postgres(pool, new PostgresSettings(args[1], true, true, Duration.ofSeconds(2), null))
			.start();
		IntStream.range(0, TASKS).forEach((number) -> enqueue(queue.service(), isNew, number));
		System.out.println("enqueued");
		new CountDownLatch(1).await();
	}

	private static void enqueue(TaskQueueService queue, boolean isNew, int number) {
		queue.enqueue("same", number);
		if (isNew) {
			queue.enqueue("parameter_added", "new", number);
			queue.enqueue("parameter_retyped", "new " + number);
			queue.enqueue("only_new", "new");
			queue.enqueue(TaskRequest.of("swapped").args(number, "subject"));
		}
		else {
			queue.enqueue("parameter_added", "old");
			queue.enqueue("parameter_retyped", number);
			queue.enqueue("only_old", "old");
			queue.enqueue(TaskRequest.of("swapped").args("subject", number));
		}
	}

	/**
	 * Runs before.
	 */
	static class OldVersion {

		@GobstopperTask("same")
		String same(int number) {
			return "any " + number;
		}

		@GobstopperTask("parameter_added")
		String parameterAdded(String version) {
			return "old for " + version;
		}

		@GobstopperTask("parameter_retyped")
		String parameterRetyped(int number) {
			return "old for " + ((number >= 0) ? "old" : "new");
		}

		@GobstopperTask("only_old")
		String onlyOld(String version) {
			return "old for " + version;
		}

		@GobstopperTask("swapped")
		String swapped(String subject, int number) {
			return "any " + subject + (number < TASKS);
		}

	}

	/**
	 * Runs after.
	 */
	static class NewVersion {

		@GobstopperTask("same")
		String same(int number) {
			return "any " + number;
		}

		@GobstopperTask("parameter_added")
		String parameterAdded(String version, int number) {
			return "new for " + version + ((number < TASKS) ? "" : "?");
		}

		@GobstopperTask("parameter_retyped")
		String parameterRetyped(String text) {
			return "new for " + text.split(" ", 2)[0];
		}

		@GobstopperTask("only_new")
		String onlyNew(String version) {
			return "new for " + version;
		}

		@GobstopperTask("swapped")
		String swapped(int number, String subject) {
			return "any " + subject + (number < TASKS);
		}

	}

}
