package io.gobstopper.store.duckdb;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.duckdb.row.DuckDbRow;
import io.gobstopper.store.duckdb.row.DuckDbRows;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskError;

/**
 * The attempts that did not complete their tasks. The one that did is told by the task,
 * so that a task that succeeds at once has none here.
 */
final class DuckDbAttempts {

	static final String FORGET_OLDEST = """
			delete from gobstopper_task_attempt where rowid in (
				select number from (
					select rowid as number, row_number() over (partition by task_id order by started_at desc) as place
					from gobstopper_task_attempt
					where task_id in (select unnest(?::varchar[])::uuid)
				)
				where place > ?
			)
			""";

	static final String FORGET_ALL = """
			delete from gobstopper_task_attempt where task_id in (select unnest(?::varchar[])::uuid)
			""";

	static final String FIND_STARTS = """
			select task_id, attempt, started_at from gobstopper_task_attempt
			where task_id in (select unnest(?::varchar[])::uuid)
			""";

	private static final String TABLE = "gobstopper_task_attempt";

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbRows<StoredAttempt> rows;

	DuckDbAttempts(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
		this.rows = new DuckDbRows<>(jdbcTemplate, TABLE, DuckDbAttempts::addInOrder);
	}

	// Remembers the attempts after which their tasks go on, and crashes.
	void remember(List<Settlement> settled) {
		List<Settlement> untold = settled.stream().filter(StoredAttempt::isNotToldByItsTask).toList();
		this.rows.append(untold.stream().map(Settlement::attempt).filter(Objects::nonNull).toList());
		forgetOldest(untold.stream().filter(Settlement::mayHaveManyAttempts).map((each) -> each.task().id()).toList());
	}

	// Remembers the last attempts of finished tasks that are about to be queued again.
	void rememberLast(List<StoredTask> finished) {
		List<StoredAttempt> last = finished.stream().map(StoredAttempt::lastOf).filter(Objects::nonNull).toList();
		if (!last.isEmpty()) {
			Set<Start> remembered = new HashSet<>(this.jdbcTemplate.query(FIND_STARTS,
					new DuckDbParameters().array("VARCHAR", strings(last.stream().map(StoredAttempt::taskId).toList())),
					(row, number) -> new Start(row.getObject("task_id", UUID.class), row.getInt("attempt"),
							StoredTaskRowMapper.requiredInstant(row, "started_at"))));
			List<StoredAttempt> untold = last.stream()
				.filter((attempt) -> !remembered.contains(Start.of(attempt)))
				.toList();
			this.rows.append(untold);
			forgetOldest(untold.stream().filter(StoredAttempt::mayBeOneOfMany).map(StoredAttempt::taskId).toList());
		}
	}

	void forget(Collection<UUID> taskIds) {
		if (!taskIds.isEmpty()) {
			this.jdbcTemplate.update(FORGET_ALL, new DuckDbParameters().array("VARCHAR", strings(taskIds)));
		}
	}

	private void forgetOldest(List<UUID> many) {
		if (!many.isEmpty()) {
			this.jdbcTemplate.update(FORGET_OLDEST,
					new DuckDbParameters().array("VARCHAR", strings(many)).value(StoredAttempt.KEPT_PER_TASK));
		}
	}

	private static List<String> strings(Collection<UUID> ids) {
		return ids.stream().map(UUID::toString).toList();
	}

	private static void addInOrder(StoredAttempt attempt, DuckDbRow row) throws SQLException {
		row.add(attempt.taskId());
		row.add(attempt.number());
		row.add(attempt.outcome().value());
		row.add(attempt.dueAt());
		row.add(attempt.startedAt());
		row.addNullable(attempt.endedAt());
		row.add(attempt.node());
		TaskError error = attempt.error();
		row.addNullable((error != null) ? error.type() : null);
		row.addNullable((error != null) ? error.message() : null);
		row.addNullable((error != null) ? error.trace() : null);
	}

	/**
	 * What tells attempts apart.
	 */
	private record Start(UUID taskId, int number, Instant startedAt) {

		static Start of(StoredAttempt attempt) {
			return new Start(attempt.taskId(), attempt.number(), attempt.startedAt());
		}

	}

}
