package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.schedule.UnfinishedRun;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PostgresScheduleWrites}.
 */
class PostgresScheduleWritesTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	@Test
	void unfinishedTasksOfAScheduleAreFoundByTheirIndex() {
		PostgresSettings settings = PostgresServer.newSettings();
		PostgresTaskStore store = new PostgresTaskStore(PostgresServer.dataSource(), settings);
		JdbcTemplate jdbcTemplate = new JdbcTemplate(PostgresServer.dataSource());
		StoredTask scheduled = task("{\"gobstopper-schedule\":\"s\"}");
		store.open();
		try {
			store.writes()
				.insert(IntStream.range(0, 3000).mapToObj((number) -> task("{\"traceparent\":\"00-1\"}")).toList());
			store.writes().insert(List.of(scheduled));
			jdbcTemplate.execute("analyze %s.gobstopper_task".formatted(settings.schema()));
			List<UnfinishedRun> found = store.writes()
				.inTransaction(() -> store.writes().schedules().unfinished(List.of("s", "other")));
			assertThat(found).extracting(UnfinishedRun::taskId).containsExactly(scheduled.id());
		}
		finally {
			store.close();
		}
		await().untilAsserted(() -> assertThat(jdbcTemplate.queryForObject("""
				select idx_scan from pg_stat_user_indexes
				where schemaname = ? and indexrelname = 'gobstopper_task_schedule'
				""", Long.class, settings.schema())).isPositive());
	}

	private static StoredTask task(String headers) {
		return new StoredTask(0, new TaskDetails(UUID.randomUUID(), "work", "default", TaskPriority.NORMAL, "[]", "{}",
				NOW, 0, null, headers), TaskState.pending(NOW));
	}

}
