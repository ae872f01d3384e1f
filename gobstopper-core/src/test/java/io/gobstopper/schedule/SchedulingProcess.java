package io.gobstopper.schedule;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import com.zaxxer.hikari.HikariDataSource;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskRequest;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.worker.TestQueue;
import io.gobstopper.worker.maintenance.LeaseSettings;

/**
 * A process to kill, which has schedules of a second.
 */
public final class SchedulingProcess {

	private SchedulingProcess() {
	}

	public static void main(String[] args) throws InterruptedException {
		TestQueue.Builder builder = TestQueue.with(handlers(args[3]))
			.leases(new LeaseSettings(Duration.ofSeconds(2), Duration.ofMillis(500), 3));
		TestQueue queue = args[0].startsWith("jdbc:") ? builder.postgres(pool(args[0]), settings(args[1])).start()
				: builder.path(args[0]).start();
		for (int number = 0; number < Integer.parseInt(args[2]); number++) {
			String name = "tick-" + number;
			if (queue.schedules().find(name).isEmpty()) {
				try {
					queue.schedules()
						.create(TaskSchedule.every(name, Duration.ofSeconds(1), TaskRequest.of("tick"))
							.missed((number % 2 == 0) ? MissedTimes.RUN_ALL : MissedTimes.RUN_ONCE)
							.overlap(Overlap.ALLOW));
				}
				catch (IllegalStateException ex) {
					// Another process was faster.
				}
			}
		}
		System.out.println("ready");
		new CountDownLatch(1).await();
	}

	private static Object handlers(String deployed) {
		return switch (deployed) {
			case "old" -> new OldReport();
			case "new" -> new NewReport();
			default -> new Ticks();
		};
	}

	static PostgresSettings settings(String schema) {
		return new PostgresSettings(schema, true, true, Duration.ofSeconds(2), null);
	}

	private static HikariDataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(5);
		return pool;
	}

	/**
	 * A schedule in code.
	 */
	static class OldReport {

		@GobstopperTask("report")
		@GobstopperSchedule(cron = "0 0 3 * * *")
		void report() {
			throw new IllegalStateException("Runs at night only");
		}

	}

	/**
	 * The same in the next version.
	 */
	static class NewReport {

		@GobstopperTask("report")
		@GobstopperSchedule(cron = "0 0 4 * * *")
		void report() {
			throw new IllegalStateException("Runs at night only");
		}

	}

	/**
	 * Does nothing.
	 */
	static class Ticks {

		@GobstopperTask("tick")
		String tick() {
			return "tock";
		}

	}

}
