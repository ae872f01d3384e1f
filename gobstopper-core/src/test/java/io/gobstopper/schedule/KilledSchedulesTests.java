package io.gobstopper.schedule;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPage;
import io.gobstopper.TaskQuery;
import io.gobstopper.schedule.ScheduleInfo.Origin;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.worker.TestQueue;
import io.gobstopper.worker.maintenance.LeaseSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What schedules of a second have enqueued when the processes that do so are killed again
 * and again. The properties {@code schedules.count} and {@code schedules.kills} say how
 * many there are.
 */
@Timeout(900)
class KilledSchedulesTests {

	private static final Log logger = LogFactory.getLog(KilledSchedulesTests.class);

	private static final int SCHEDULES = Integer.getInteger("schedules.count", 20);

	private static final int KILLS = Integer.getInteger("schedules.kills", 3);

	private final List<Process> processes = new ArrayList<>();

	@TempDir
	private Path folder;

	@AfterEach
	void killAll() throws InterruptedException {
		for (Process process : this.processes) {
			process.destroyForcibly().waitFor();
		}
	}

	@Test
	void eachTimeHasOneTaskWhereOneProcessIsKilled() throws Exception {
		String file = this.folder.resolve("tasks.duckdb").toString();
		for (int kill = 0; kill <= KILLS; kill++) {
			start(file, "-");
			assertThat(this.processes.get(kill).waitFor(3, TimeUnit.SECONDS)).isFalse();
			killAll();
		}
		try (TestQueue queue = TestQueue.with(new SchedulingProcess.Ticks()).path(file).enqueueOnly()) {
			audit(queue);
		}
	}

	@Test
	void eachTimeHasOneTaskWhereOneOfThreeProcessesIsKilled() throws Exception {
		String schema = PostgresServer.newSettings().schema();
		for (int i = 0; i < 3; i++) {
			start(PostgresServer.url(), schema);
		}
		for (int kill = 0; kill < KILLS; kill++) {
			assertThat(this.processes.get(kill).waitFor(3, TimeUnit.SECONDS)).isFalse();
			this.processes.get(kill).destroyForcibly().waitFor();
			start(PostgresServer.url(), schema);
		}
		assertThat(this.processes.get(KILLS).waitFor(1, TimeUnit.SECONDS)).isFalse();
		killAll();
		try (TestQueue queue = TestQueue.with(new SchedulingProcess.Ticks())
			.postgres(SchedulingProcess.settings(schema))
			.enqueueOnly()) {
			audit(queue);
		}
	}

	@Test
	void newerOfTwoProcessesSaysWhatIsInCode() throws Exception {
		String schema = PostgresServer.newSettings().schema();
		start(PostgresServer.url(), schema, 0, "old");
		try (TestQueue operator = TestQueue.with(new SchedulingProcess.Ticks())
			.postgres(SchedulingProcess.settings(schema))
			.leases(new LeaseSettings(Duration.ofSeconds(2), Duration.ofMillis(500), 3))
			.enqueueOnly()) {
			TaskSchedules schedules = operator.schedules();
			await().until(() -> schedules.find("report").isPresent());
			schedules.pause("report", "holiday");
			start(PostgresServer.url(), schema, 0, "new");
			await().until(() -> "0 0 4 * * *".equals(schedules.find("report").orElseThrow().cron()));
			await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(20)).until(() -> {
				ScheduleInfo report = schedules.find("report").orElseThrow();
				return "0 0 4 * * *".equals(report.cron()) && "holiday".equals(report.note())
						&& report.origin() == Origin.CODE;
			});
			killAll();
			await().until(() -> schedules.find("report").orElseThrow().origin() == Origin.UNDECLARED);
			assertThat(schedules.find("report").orElseThrow().note()).isEqualTo("holiday");
		}
	}

	private void start(String database, String schema) throws IOException {
		start(database, schema, SCHEDULES, "-");
	}

	private void start(String database, String schema, int schedules, String deployed) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), SchedulingProcess.class.getName(), database, schema,
				Integer.toString(schedules), deployed)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		this.processes.add(process);
		assertThat(process.inputReader().lines().anyMatch("ready"::equals)).isTrue();
	}

	// For each time up to the next one there is a task, or it was counted as missed.
	private static void audit(TestQueue queue) {
		Map<String, Map<Instant, String>> tasks = tasks(queue);
		long total = 0;
		long missed = 0;
		List<ScheduleInfo> schedules = queue.schedules().findAll();
		assertThat(schedules).hasSize(SCHEDULES);
		for (ScheduleInfo schedule : schedules) {
			Map<Instant, String> byTime = tasks.get(schedule.name());
			assertThat(byTime).as(schedule.name()).hasSize((int) schedule.fired());
			Instant first = byTime.keySet().stream().min(Instant::compareTo).orElseThrow();
			long times = Duration.between(first, schedule.nextAt()).toSeconds();
			assertThat(schedule.fired() + schedule.missedCount()).as(schedule.name()).isEqualTo(times);
			assertThat(schedule.skippedCount()).isZero();
			if (schedule.missed() == MissedTimes.RUN_ALL) {
				assertThat(schedule.missedCount()).as(schedule.name()).isZero();
			}
			total += schedule.fired();
			missed += schedule.missedCount();
		}
		logger.info("%d kills, %d schedules, %d tasks, %d times missed".formatted(KILLS, SCHEDULES, total, missed));
		assertThat(total).isGreaterThan(3L * SCHEDULES * KILLS / 2);
	}

	private static Map<String, Map<Instant, String>> tasks(TestQueue queue) {
		Map<String, Map<Instant, String>> tasks = new HashMap<>();
		TaskQuery query = TaskQuery.all().limit(1000);
		TaskPage page = queue.service().findTasks(query);
		while (!page.tasks().isEmpty()) {
			for (TaskInfo task : page.tasks()) {
				String before = tasks.computeIfAbsent(task.schedule().orElseThrow(), (name) -> new HashMap<>())
					.put(task.scheduledAt().orElseThrow(), task.id());
				assertThat(before).as("tasks of %s", task.schedule()).isNull();
			}
			page = (page.next() != null) ? queue.service().findTasks(query.after(page.next()))
					: new TaskPage(List.of(), null, null);
		}
		return tasks;
	}

}
