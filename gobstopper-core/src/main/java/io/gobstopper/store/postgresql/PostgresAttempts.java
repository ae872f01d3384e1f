package io.gobstopper.store.postgresql;

import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;

/**
 * The attempts that did not complete their tasks.
 */
public final class PostgresAttempts {

	// An attempt that was told before is not told again.
	private static final String REMEMBER = """
			insert into gobstopper_task_attempt (task_id, attempt, outcome, due_at, started_at, ended_at, node,
				error, error_type, error_trace)
			with ended as (
				select task_id, attempt, outcome, %s as due_at, %s as started_at, %s as ended_at, node, error, error_type,
					error_trace
				from unnest(?::uuid[], ?::int[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
						?::text[], ?::text[])
					as ended (task_id, attempt, outcome, due_at, started_at, ended_at, node, error, error_type, error_trace)
			)
			select * from ended
			where not exists (
				select from gobstopper_task_attempt as told
				where told.task_id = ended.task_id and told.attempt = ended.attempt
					and told.started_at = ended.started_at
			)
			"""
		.formatted(PostgresParameters.timestamps("due_at", "started_at", "ended_at"));

	private static final String FORGET_OLDEST = """
			delete from gobstopper_task_attempt as attempt
			using (
				select ctid, row_number() over (partition by task_id order by started_at desc) as place
				from gobstopper_task_attempt
				where task_id = any(?::uuid[])
			) as placed
			where attempt.ctid = placed.ctid and placed.place > ?
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	public PostgresAttempts(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	// Remembers the attempts after which their tasks go on, and crashes.
	void remember(List<Settlement> settled) {
		List<Settlement> untold = settled.stream().filter(StoredAttempt::isNotToldByItsTask).toList();
		add(untold.stream().map(Settlement::attempt).filter(Objects::nonNull).toList());
		forgetOldest(untold.stream()
			.filter(Settlement::mayHaveManyAttempts)
			.map((each) -> each.task().id())
			.distinct()
			.toList());
	}

	// Remembers the last attempts of finished tasks that are about to be queued again.
	void rememberLast(List<StoredTask> finished) {
		List<StoredAttempt> last = finished.stream().map(StoredAttempt::lastOf).filter(Objects::nonNull).toList();
		add(last);
		forgetOldest(
				last.stream().filter(StoredAttempt::mayBeOneOfMany).map(StoredAttempt::taskId).distinct().toList());
	}

	public void add(List<StoredAttempt> attempts) {
		if (attempts.isEmpty()) {
			return;
		}
		this.jdbcTemplate.update(this.tables.in(REMEMBER),
				new PostgresParameters().uuids(attempts, StoredAttempt::taskId)
					.ints(attempts, StoredAttempt::number)
					.texts(attempts, (attempt) -> attempt.outcome().value())
					.times(attempts, StoredAttempt::dueAt)
					.times(attempts, StoredAttempt::startedAt)
					.times(attempts, StoredAttempt::endedAt)
					.texts(attempts, StoredAttempt::node)
					.errors(attempts, StoredAttempt::error));
	}

	private void forgetOldest(List<UUID> many) {
		if (!many.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(FORGET_OLDEST),
					new PostgresParameters().uuids(many, (id) -> id).value(StoredAttempt.KEPT_PER_TASK));
		}
	}

}
