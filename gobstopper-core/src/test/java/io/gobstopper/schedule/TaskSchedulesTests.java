package io.gobstopper.schedule;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.UncategorizedSQLException;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQuery;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.schedule.ScheduleInfo.Origin;
import io.gobstopper.scheduling.ScheduleSettings;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.migration.DuckDbMigration;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.worker.TestClock;
import io.gobstopper.worker.TestQueue;
import io.gobstopper.worker.maintenance.RetentionSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for schedules, with a clock that the tests move.
 */
@Timeout(60)
class TaskSchedulesTests {

	private static final Instant START = Instant.parse("2026-05-10T12:00:00Z");

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private final TestClock clock = new TestClock(START);

	private final Handlers handlers = new Handlers();

	@TempDir
	private Path folder;

	private TestQueue.Builder queue(Store store) {
		TestQueue.Builder builder = TestQueue.with(this.handlers).clock(this.clock).pollInterval(Duration.ofMillis(20));
		return (store == Store.POSTGRESQL) ? builder.postgres(PostgresServer.newSettings()) : builder;
	}

	@ParameterizedTest
	@EnumSource
	void taskIsEnqueuedForEachTime(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules()
				.create(TaskSchedule.every("s", Duration.ofHours(1),
						TaskRequest.of("work").args("a").header("tenant", "t").category("other")));
			assertThat(queue.schedules().find("s").orElseThrow().nextAt()).isEqualTo(START.plusSeconds(3600));
			this.clock.advance(Duration.ofMinutes(59));
			assertThat(this.handlers.runs.poll(200, TimeUnit.MILLISECONDS)).isNull();
			this.clock.advance(Duration.ofMinutes(1));
			Run first = this.handlers.next();
			assertThat(first).isEqualTo(new Run("a", START.plusSeconds(3600), null));
			this.clock.advance(Duration.ofHours(1));
			Run second = this.handlers.next();
			assertThat(second).isEqualTo(new Run("a", START.plusSeconds(7200), START.plusSeconds(3600)));
			await().untilAsserted(() -> assertThat(queue.service().findTasks(TaskQuery.all()).tasks()).hasSize(2)
				.allSatisfy((task) -> {
					assertThat(task.schedule()).contains("s");
					assertThat(task.category()).isEqualTo("other");
					assertThat(task.headers()).containsEntry("tenant", "t");
					assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
				}));
			ScheduleInfo info = queue.schedules().find("s").orElseThrow();
			assertThat(info.fired()).isEqualTo(2);
			assertThat(info.origin()).isEqualTo(Origin.DATA);
			assertThat(info.lastAt()).isEqualTo(START.plusSeconds(7200));
			assertThat(queue.find(info.lastTaskId()).scheduledAt()).contains(START.plusSeconds(7200));
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatIsMissedInAPauseIsMadeUpForOnce(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s"));
			assertThat(queue.schedules().pause("s", "too much")).isTrue();
			assertThat(queue.schedules().find("s").orElseThrow().note()).isEqualTo("too much");
			this.clock.advance(Duration.ofHours(5).plusMinutes(1));
			assertThat(this.handlers.runs.poll(200, TimeUnit.MILLISECONDS)).isNull();
			assertThat(queue.schedules().resume("s")).isTrue();
			assertThat(queue.schedules().resume("s")).isFalse();
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(5 * 3600));
			ScheduleInfo info = queue.schedules().find("s").orElseThrow();
			assertThat(info.missedCount()).isEqualTo(4);
			assertThat(info.nextAt()).isEqualTo(START.plusSeconds(6 * 3600));
			assertThat(queue.schedules().pause("none", null)).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsEnqueuedWhileTheCategoryIsPaused(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s"));
			queue.service().pause("default");
			this.clock.advance(Duration.ofHours(2));
			assertThat(this.handlers.runs.poll(200, TimeUnit.MILLISECONDS)).isNull();
			assertThat(queue.service().count(TaskQuery.all())).isZero();
			queue.service().resume("default");
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(7200));
		}
	}

	@ParameterizedTest
	@EnumSource
	void timeIsSkippedWhileTheTaskBeforeRuns(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(TaskSchedule.every("s", Duration.ofHours(1), TaskRequest.of("wait")));
			this.clock.advance(Duration.ofHours(1));
			Run first = this.handlers.next();
			this.clock.advance(Duration.ofHours(1));
			await().until(() -> queue.schedules().find("s").orElseThrow().skippedCount() == 1);
			ScheduleInfo info = queue.schedules().find("s").orElseThrow();
			assertThat(info.skipReason()).isEqualTo("task %s is running since %s", info.lastTaskId(),
					first.scheduledAt());
			assertThat(info.skippedAt()).isEqualTo(START.plusSeconds(7200));
			this.handlers.gate.release();
			await().until(() -> queue.find(info.lastTaskId()).isCompleted());
			this.clock.advance(Duration.ofHours(1));
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(3 * 3600));
			this.handlers.gate.release();
		}
	}

	@ParameterizedTest
	@EnumSource
	void taskBeforeIsCancelledIfItIsToBe(Store store) throws Exception {
		String name = "\"quoted\" schön";
		try (TestQueue queue = queue(store).start()) {
			queue.schedules()
				.create(TaskSchedule.every(name, Duration.ofHours(1), TaskRequest.of("wait"))
					.overlap(Overlap.CANCEL_RUNNING));
			queue.service().pause("held");
			queue.schedules()
				.create(TaskSchedule.every("\"other\"", Duration.ofDays(9), TaskRequest.of("wait").category("held")));
			String other = queue.schedules().trigger("\"other\"");
			this.clock.advance(Duration.ofHours(1));
			this.handlers.next();
			String first = queue.schedules().find(name).orElseThrow().lastTaskId();
			this.clock.advance(Duration.ofHours(1));
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(7200));
			assertThat(queue.await(first).status()).isEqualTo(TaskStatus.CANCELLED);
			assertThat(queue.find(other).status()).isEqualTo(TaskStatus.PENDING);
			this.handlers.gate.release();
		}
	}

	@ParameterizedTest
	@EnumSource
	void oneThatMakesUpForAllRunsOneAfterTheOther(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s").missed(MissedTimes.RUN_ALL));
			this.clock.advance(Duration.ofHours(20).plusMinutes(1));
			for (int hour = 1; hour <= 20; hour++) {
				assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(hour * 3600L));
			}
			ScheduleInfo info = queue.schedules().find("s").orElseThrow();
			assertThat(info.fired()).isEqualTo(20);
			assertThat(info.skippedCount() + info.missedCount()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void scheduleIsTriggeredAndBackfilled(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s").overlap(Overlap.ALLOW));
			TaskInfo triggered = queue.await(queue.schedules().trigger("s"));
			assertThat(triggered.schedule()).contains("s");
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START);
			this.clock.advance(Duration.ofHours(1));
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(3600));
			Instant from = START.minusSeconds(3 * 3600);
			assertThat(queue.schedules().backfill("s", from, START.plusSeconds(3600))).isZero();
			queue.schedules().create(TaskSchedule.cron("c", "0 0 * * * *", BERLIN, TaskRequest.of("work").args("c")));
			assertThat(queue.schedules().backfill("c", from, START)).isEqualTo(3);
			assertThat(List.of(this.handlers.next().scheduledAt(), this.handlers.next().scheduledAt(),
					this.handlers.next().scheduledAt()))
				.containsExactlyInAnyOrder(from, from.plusSeconds(3600), from.plusSeconds(7200));
			assertThat(queue.schedules().backfill("c", from, START)).isZero();
			assertThat(queue.schedules().next("c", 2)).containsExactly(START.plusSeconds(7200),
					START.plusSeconds(3 * 3600));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.schedules().backfill("c", START.minus(Duration.ofDays(100)), START))
				.withMessageContaining("more than 1000 times");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> queue.schedules().backfill("c", START, this.clock.instant().plusSeconds(1)))
				.withMessageContaining("'to' must not be in the future");
			assertThatIllegalStateException().isThrownBy(() -> queue.schedules().trigger("none"))
				.withMessage("There is no schedule 'none'");
		}
	}

	@ParameterizedTest
	@EnumSource
	void scheduleIsChangedAndDeleted(Store store) {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s"));
			assertThatIllegalStateException().isThrownBy(() -> queue.schedules().create(hourly("s")))
				.withMessage("There is a schedule 's' already; change it with update()");
			this.clock.advance(Duration.ofMinutes(30));
			queue.schedules().update(hourly("s").jitter(Duration.ofMinutes(1)));
			assertThat(queue.schedules().find("s").orElseThrow().nextAt()).isEqualTo(START.plusSeconds(3600));
			queue.schedules().update(TaskSchedule.cron("s", "0 15 14 * * *", BERLIN, TaskRequest.of("work").args("b")));
			ScheduleInfo info = queue.schedules().find("s").orElseThrow();
			assertThat(info.nextAt()).isEqualTo("2026-05-11T12:15:00Z");
			assertThat(info.cron()).isEqualTo("0 15 14 * * *");
			assertThat(info.zone()).isEqualTo("Europe/Berlin");
			assertThat(queue.schedules().findAll()).containsExactly(info);
			assertThat(queue.schedules().delete("s")).isTrue();
			assertThat(queue.schedules().delete("s")).isFalse();
			assertThat(queue.schedules().findAll()).isEmpty();
			assertThatIllegalStateException().isThrownBy(() -> queue.schedules().update(hourly("s")))
				.withMessage("There is no schedule 's'");
		}
	}

	@ParameterizedTest
	@EnumSource
	void noTimeHasTwoTasksWhateverOperatorsDo(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s"));
			queue.schedules().pause("s", null);
			this.clock.advance(Duration.ofHours(2));
			assertThat(queue.schedules().backfill("s", START, this.clock.instant())).isZero();
			queue.schedules().trigger("s");
			queue.schedules().trigger("s");
			List<Instant> triggered = List.of(this.handlers.next().scheduledAt(), this.handlers.next().scheduledAt());
			assertThat(triggered).containsExactlyInAnyOrder(START.plusSeconds(7200),
					START.plusSeconds(7200).plusNanos(1000));
			queue.schedules().resume("s");
			await().until(() -> START.plusSeconds(3 * 3600).equals(queue.schedules().find("s").orElseThrow().nextAt()));
			this.clock.advance(Duration.ofHours(1));
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(3 * 3600));
			assertThat(queue.service().count(TaskQuery.all())).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@EnumSource
	void oneThatCannotBeReadStopsNoOther(Store store) throws Exception {
		try (TestQueue queue = queue(store).start()) {
			queue.schedules().create(hourly("s"));
			StoredSchedule good = queue.store().reads().schedules().find("s").orElseThrow();
			for (String definition : List.of("{}", "nonsense")) {
				queue.groupCommit()
					.write((writes) -> writes.schedules()
						.insert(new StoredSchedule("bad " + definition, good.task(), good.category(), definition, null,
								null, null, START, START.plusSeconds(60), null, StoredSchedule.Counts.NONE)))
					.get(10, TimeUnit.SECONDS);
			}
			this.clock.advance(Duration.ofHours(1));
			assertThat(this.handlers.next().scheduledAt()).isEqualTo(START.plusSeconds(3600));
			assertThat(queue.schedules().findAll()).extracting(ScheduleInfo::name).containsExactly("s");
			assertThat(queue.schedules().delete("bad nonsense")).isTrue();
		}
	}

	@Test
	void whatCouldNotRunIsRefused() {
		try (TestQueue queue = queue(Store.DUCKDB).start()) {
			assertThatExceptionOfType(UnknownTaskException.class).isThrownBy(() -> queue.schedules()
				.create(TaskSchedule.every("s", Duration.ofHours(1), TaskRequest.of("none"))));
			assertThatExceptionOfType(InvalidTaskArgumentsException.class).isThrownBy(() -> queue.schedules()
				.create(TaskSchedule.every("s", Duration.ofHours(1), TaskRequest.of("work"))));
			TaskRequest request = TaskRequest.of("work").args("a");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> TaskSchedule.cron("s", "0 0 25 * * *", BERLIN, request))
				.withMessageContaining("'cron' of schedule 's' is not valid");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> TaskSchedule.every("s", Duration.ofMillis(999), request))
				.withMessage("'every' of schedule 's' must be at least one second, but is PT0.999S");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> TaskSchedule.every("s", Duration.ofHours(1), request.delay(Duration.ZERO)))
				.withMessageContaining("neither 'delay' nor 'runAt'");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> TaskSchedule.every("s", Duration.ofHours(1), request.idempotencyKey("k")))
				.withMessageContaining("no 'idempotencyKey'");
			assertThatIllegalArgumentException().isThrownBy(() -> TaskSchedule.every(" ", Duration.ofHours(1), request))
				.withMessageContaining("'name'");
			for (String name : List.of("a/b", "a\\b", "a;b", "50%", "a\nb", "a".repeat(201), "..", "\ud800")) {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> TaskSchedule.every(name, Duration.ofHours(1), request))
					.withMessageStartingWith("'name' of a schedule must not");
			}
			assertThat(queue.schedules().findAll()).isEmpty();
		}
	}

	@Test
	void deployKeepsWhatIsTheSameAndBeginsAnewWithWhatIsNot() throws Exception {
		String path = this.folder.resolve("queue.duckdb").toString();
		Declared declared = new Declared();
		try (TestQueue queue = TestQueue.with(declared).clock(this.clock).path(path).start()) {
			await().until(() -> queue.schedules().findAll().size() == 2);
			ScheduleInfo info = queue.schedules().find("report").orElseThrow();
			assertThat(info.origin()).isEqualTo(Origin.CODE);
			assertThat(info.nextAt()).isEqualTo(START.plusSeconds(3600));
			assertThat(queue.schedules().find("nightly").orElseThrow().nextAt()).isEqualTo("2026-05-11T00:30:00Z");
			queue.schedules().pause("nightly", "holiday");
			assertThatIllegalStateException().isThrownBy(() -> queue.schedules().delete("report"))
				.withMessageContaining("is declared in code");
		}
		this.clock.advance(Duration.ofMinutes(30));
		ScheduleSettings settings = new ScheduleSettings(BERLIN,
				Map.of("nightly", new ScheduleSettings.Own("0 0 4 * * *", null, null, true)));
		try (TestQueue queue = TestQueue.with(declared).clock(this.clock).path(path).schedules(settings).start()) {
			await().until(() -> "0 0 4 * * *".equals(queue.schedules().find("nightly").orElseThrow().cron()));
			ScheduleInfo nightly = queue.schedules().find("nightly").orElseThrow();
			assertThat(nightly.paused()).isTrue();
			assertThat(nightly.note()).isEqualTo("holiday");
			assertThat(nightly.nextAt()).isEqualTo("2026-05-11T02:00:00Z");
			assertThat(queue.schedules().find("report").orElseThrow().nextAt()).isEqualTo(START.plusSeconds(3600));
			queue.schedules().update(TaskSchedule.every("report", Duration.ofHours(5), TaskRequest.of("report")));
			ScheduleInfo report = queue.schedules().find("report").orElseThrow();
			assertThat(report.overridden()).isTrue();
			assertThat(report.nextAt()).isEqualTo(START.plusSeconds(1800 + 5 * 3600));
			assertThat(queue.schedules().reset("report")).isTrue();
			assertThat(queue.schedules().reset("report")).isFalse();
			assertThat(queue.schedules().find("report").orElseThrow().every()).isEqualTo(Duration.ofHours(1));
		}
		this.clock.advance(Duration.ofMinutes(30));
		try (TestQueue queue = queue(Store.DUCKDB).path(path).start()) {
			assertThat(queue.schedules().find("report").orElseThrow().origin()).isEqualTo(Origin.UNDECLARED);
			this.clock.advance(Duration.ofHours(2));
			await().during(Duration.ofMillis(200))
				.until(() -> queue.schedules().find("report").orElseThrow().fired() == 0);
			assertThat(queue.schedules().delete("report")).isTrue();
		}
	}

	@Test
	void commitThatBreaksTheDatabaseButWasMadeIsNotMadeTwice() throws Exception {
		AtomicInteger calls = new AtomicInteger(Integer.MIN_VALUE);
		String path = this.folder.resolve("queue.duckdb").toString();
		// The first call is within the second, which commits.
		UnaryOperator<TaskStore> breaking = (store) -> InterceptedTaskStore.after(store, "inTransaction", () -> {
			if (calls.incrementAndGet() == 2) {
				throw new UncategorizedSQLException("commit", null,
						new SQLException("FATAL Error: database has been invalidated"));
			}
			return calls;
		});
		try (TestQueue queue = queue(Store.DUCKDB).path(path).store(breaking).enqueueOnly()) {
			queue.schedules().create(TaskSchedule.cron("daily", "@daily", BERLIN, TaskRequest.of("work").args("a")));
			calls.set(0);
			String id = queue.schedules().trigger("daily");
			assertThat(queue.service().findTasks(TaskQuery.all()).tasks()).extracting(TaskInfo::id).containsExactly(id);
			calls.set(0);
			assertThat(queue.schedules().backfill("daily", START.minus(Duration.ofDays(3)), START)).isEqualTo(3);
			assertThat(queue.schedules().find("daily").orElseThrow().fired()).isEqualTo(3);
			assertThat(queue.service().findTasks(TaskQuery.all()).tasks()).hasSize(4);
		}
	}

	@ParameterizedTest
	@EnumSource
	void scheduleThatNobodyDeclaresIsDeletedAfterThirtyDays(Store store) throws Exception {
		String path = this.folder.resolve("queue.duckdb").toString();
		PostgresSettings settings = PostgresServer.newSettings();
		UnaryOperator<TestQueue.Builder> on = (
				builder) -> ((store == Store.POSTGRESQL) ? builder.postgres(settings) : builder.path(path))
					.clock(this.clock)
					.retention(new RetentionSettings(Duration.ofDays(90), Duration.ofMillis(50), 1000));
		try (TestQueue queue = on.apply(TestQueue.with(new Declared())).start()) {
			await().until(() -> queue.schedules().findAll().size() == 2);
		}
		try (TestQueue queue = on.apply(TestQueue.with(this.handlers)).start()) {
			queue.schedules().create(hourly("data"));
			this.clock.advance(Duration.ofDays(30));
			await().during(Duration.ofMillis(300)).until(() -> queue.schedules().findAll().size() == 3);
			this.clock.advance(Duration.ofMinutes(1));
			await().until(() -> queue.schedules().findAll().size() == 1);
			assertThat(queue.schedules().find("data")).isPresent();
		}
	}

	@Test
	void schedulesMoveToPostgresWithTheTasks() throws Exception {
		Path file = this.folder.resolve("queue.duckdb");
		String id;
		try (TestQueue queue = queue(Store.DUCKDB).path(file.toString()).start()) {
			queue.schedules().create(hourly("s"));
			queue.schedules().pause("s", "moving");
			id = queue.schedules().trigger("s");
			queue.await(id);
		}
		PostgresSettings settings = PostgresServer.newSettings();
		PostgresSettings importing = new PostgresSettings(settings.schema(), true, settings.listen(),
				settings.lockTimeout(), DuckDbMigration.of(file));
		try (TestQueue queue = TestQueue.with(this.handlers).clock(this.clock).postgres(importing).start()) {
			ScheduleInfo info = queue.schedules().find("s").orElseThrow();
			assertThat(info.note()).isEqualTo("moving");
			assertThat(info.nextAt()).isEqualTo(START.plusSeconds(3600));
			assertThat(queue.service().findTasks(TaskQuery.all().schedule("s")).tasks()).extracting(TaskInfo::id)
				.containsExactly(id);
		}
	}

	@ParameterizedTest
	@EnumSource
	void runsAreForgottenWithTheirTasks(Store store) throws Exception {
		RetentionSettings retention = new RetentionSettings(Duration.ofHours(2), Duration.ofMillis(20), 1000);
		try (TestQueue queue = queue(store).retention(retention).start()) {
			queue.schedules().create(hourly("s"));
			this.clock.advance(Duration.ofHours(1));
			this.handlers.next();
			String first = queue.schedules().find("s").orElseThrow().lastTaskId();
			queue.await(first);
			this.clock.advance(Duration.ofHours(4));
			this.handlers.next();
			await().until(() -> queue.service().findTask(first).isEmpty());
			await().untilAsserted(() -> assertThat(
					queue.groupCommit().write((writes) -> writes.schedules().runs(List.of("s"), START)).get())
				.extracting(ScheduleRun::scheduledAt)
				.containsExactly(START.plusSeconds(5 * 3600)));
		}
	}

	@Test
	void applicationThatStartedLaterSaysWhatAScheduleIs() {
		PostgresSettings settings = PostgresServer.newSettings();
		Declared declared = new Declared();
		TestClock later = new TestClock(START.plusSeconds(60));
		ScheduleSettings old = new ScheduleSettings(BERLIN,
				Map.of("report", new ScheduleSettings.Own(null, Duration.ofHours(9), null, true)));
		try (TestQueue newer = TestQueue.with(declared).clock(later).postgres(settings).start()) {
			await().until(() -> newer.schedules().findAll().size() == 2);
			try (TestQueue older = TestQueue.with(declared)
				.clock(this.clock)
				.schedules(old)
				.postgres(settings)
				.start()) {
				await().until(() -> !older.worker().running().isEmpty() || older.worker().status() != null);
				await().during(Duration.ofMillis(500))
					.until(() -> Duration.ofHours(1).equals(older.schedules().find("report").orElseThrow().every()));
			}
		}
	}

	private static TaskSchedule hourly(String name) {
		return TaskSchedule.every(name, Duration.ofHours(1), TaskRequest.of("work").args("a"));
	}

	enum Store {

		DUCKDB, POSTGRESQL

	}

	record Run(String argument, Instant scheduledAt, Instant previous) {

	}

	static class Handlers {

		private final BlockingQueue<Run> runs = new LinkedBlockingQueue<>();

		private final Semaphore gate = new Semaphore(0);

		Run next() throws InterruptedException {
			Run run = this.runs.poll(20, TimeUnit.SECONDS);
			assertThat(run).isNotNull();
			return run;
		}

		@GobstopperTask("work")
		void work(String argument, TaskContext context) {
			this.runs.add(
					new Run(argument, context.scheduledAt().orElseThrow(), context.previousScheduledAt().orElse(null)));
		}

		@GobstopperTask("wait")
		void hold(TaskContext context) throws InterruptedException {
			this.runs.add(new Run("", context.scheduledAt().orElseThrow(), null));
			this.gate.acquire();
		}

	}

	static class Declared {

		@GobstopperTask("report")
		@GobstopperSchedule(every = "1h")
		@GobstopperSchedule(name = "nightly", cron = "0 30 2 * * *", zone = "Europe/Berlin")
		void report() {
			assertThat(START).isNotNull();
		}

	}

}
