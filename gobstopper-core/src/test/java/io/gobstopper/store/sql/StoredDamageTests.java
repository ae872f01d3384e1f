package io.gobstopper.store.sql;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import com.github.f4b6a3.uuid.UuidCreator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link StoredDamage} in tables with a waiting, a running and a finished task.
 */
class StoredDamageTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final String AMONG_UNFINISHED = """
			insert into gobstopper_task_history from gobstopper_task | 2 tasks are both waiting or running and finished
			update gobstopper_unfinished_task set seq = 7 | 1 unfinished tasks have the number of another one
			insert into gobstopper_unfinished_task from gobstopper_unfinished_task where status = 'started' | 1 unfinished tasks have the id of another one
			update gobstopper_unfinished_task set status = 'success' where status = 'pending' | 1 unfinished tasks have a status that none may have
			update gobstopper_unfinished_task set lease_owner = null | 1 running tasks belong to nobody, or waiting ones to somebody
			""";

	private static final String AMONG_ALL = """
			insert into gobstopper_task_history from gobstopper_task_history | 1 tasks have the number of another one
			insert into gobstopper_task_history from gobstopper_task_history | 1 tasks have the id of another one
			update gobstopper_task_history set status = 'retry' | 1 finished tasks have a status that none may have
			create or replace view gobstopper_task_all as from gobstopper_task | 1 tasks are missing from the view of all tasks, or are there twice
			insert into gobstopper_idempotency_key from gobstopper_idempotency_key limit 1 | 1 idempotency keys are held twice
			delete from gobstopper_task_history | 1 idempotency keys are held by tasks that do not exist
			insert into gobstopper_unique_key from gobstopper_unique_key | 1 unique keys are held twice
			""";

	private final DuckDbDatabase database = new DuckDbDatabase(
			new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(64), 1));

	private final DuckDbTaskStore store = new DuckDbTaskStore(this.database);

	@BeforeEach
	void fill() {
		this.store.open();
		this.store.writes().insert(IntStream.range(0, 3).mapToObj((number) -> task("key-" + number)).toList());
		new JdbcTemplate(this.database.writer())
			.update("insert into gobstopper_unique_key values ('email', 'key', uuid(), now(), null)");
		List<StoredTask> running = this.store.writes()
			.claim(new ClaimRequest("default", List.of("email"), 2, 2, 0,
					new Lease("worker#1", NOW.plus(Duration.ofSeconds(30)), NOW)));
		this.store.writes().settle(List.of(Settlement.of(running.get(0), running.get(0).succeeded(NOW, null), NOW)));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void soundTablesHaveNone() {
		assertThat(this.store.reads().findDamage(true)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = AMONG_UNFINISHED)
	void damageAmongUnfinishedTasksIsFoundQuickly(String sql, String expected) {
		new JdbcTemplate(this.database.writer()).execute(sql);
		assertThat(this.store.reads().findDamage(false)).contains(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = AMONG_ALL)
	void damageAmongAllTasksIsFound(String sql, String expected) {
		new JdbcTemplate(this.database.writer()).execute(sql);
		assertThat(this.store.reads().findDamage(true)).contains(expected);
	}

	private static StoredTask task(String key) {
		return new StoredTask(0, new TaskDetails(UuidCreator.getPrefixComb(), "email", "default", TaskPriority.NORMAL,
				"[]", "{}", NOW, 0, key, null), TaskState.pending(NOW));
	}

}
