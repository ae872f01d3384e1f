package io.gobstopper.store.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.limit.PostgresTurns;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueKey;
import io.gobstopper.store.task.UniqueTasks;
import io.gobstopper.store.task.UniqueTasks.Holder;
import io.gobstopper.store.task.UniqueTasks.Name;

/**
 * Which task holds which unique key. A key is locked until the transaction is over in
 * which somebody asked for it.
 */
final class PostgresUniqueKeys {

	// Locks those that are there already, and in the order of all others.
	private static final String HOLD_OR_LOCK = """
			insert into gobstopper_unique_key as held (task, unique_key, task_id, enqueued_at, until_at)
			select task, unique_key, task_id, %s, %s
			from unnest(?::text[], ?::text[], ?::uuid[], ?::bigint[], ?::bigint[])
				with ordinality as wanted (task, unique_key, task_id, enqueued_at, until_at, place)
			order by place
			on conflict (task, unique_key) do update set task_id = held.task_id
			returning task, unique_key, task_id, enqueued_at
			""".formatted(PostgresParameters.timestamps("enqueued_at", "until_at"));

	private static final String FIND_UNFINISHED = "select * from gobstopper_task where id = any(?::uuid[])";

	// What waits must not be started before a transaction is over that relies on it, as
	// it would not see what that changes.
	private static final String LOCK_WAITING = """
			select from gobstopper_task
			where id = any(?::uuid[]) and status in ('pending', 'retry')
			order by seq
			for key share
			""";

	private static final String REPLACE = """
			update gobstopper_task as task
			set args = later.args, kwargs = later.kwargs, due_at = %s, claimable = later.claimable,
				trace_context = later.headers, error = null, error_type = null, error_trace = null
			from unnest(?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::boolean[], ?::text[])
				as later (id, args, kwargs, due_at, claimable, headers)
			where task.id = later.id and task.status = 'pending' and task.attempt = 0
			returning task.id
			""".formatted(PostgresParameters.timestamps("later.due_at"));

	private static final String TAKE = """
			update gobstopper_unique_key as held
			set task_id = later.task_id, enqueued_at = %s, until_at = %s
			from unnest(?::text[], ?::text[], ?::uuid[], ?::bigint[], ?::bigint[])
				as later (task, unique_key, task_id, enqueued_at, until_at)
			where held.task = later.task and held.unique_key = later.unique_key
			""".formatted(PostgresParameters.timestamps("later.enqueued_at", "later.until_at"));

	private static final String FORGET_EXPIRED = """
			delete from gobstopper_unique_key where ctid = any(array(
				select ctid from gobstopper_unique_key where until_at <= ? limit ? for update skip locked
			))
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final boolean joined;

	private final PostgresGates gates;

	private final PostgresTurns turns;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	/**
	 * Creates the keys.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 * @param joined whether it is one whose transactions are of the application
	 */
	PostgresUniqueKeys(JdbcTemplate jdbcTemplate, TableNames tables, boolean joined) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.joined = joined;
		this.gates = new PostgresGates(jdbcTemplate, tables);
		this.turns = new PostgresTurns(jdbcTemplate, tables, Set.of());
	}

	// Takes the keys that are free, and replaces the tasks that are to be.
	void take(UniqueTasks unique) {
		List<StoredTask> takers = unique.takers(unique.names());
		Set<UUID> ids = takers.stream().map(StoredTask::id).collect(Collectors.toSet());
		List<Holder> others = this.jdbcTemplate
			.query(this.tables.in(HOLD_OR_LOCK), keys(takers), (row, number) -> holder(row))
			.stream()
			.filter((holder) -> !ids.contains(holder.id()))
			.toList();
		if (others.isEmpty()) {
			return;
		}
		if (this.joined) {
			this.jdbcTemplate.query(this.tables.in(LOCK_WAITING), ids(others), (row) -> {
			});
		}
		List<Holder> unsure = others;
		while (!unsure.isEmpty()) {
			unsure = meet(unique, unsure, takers.get(0).details().createdAt());
		}
		List<StoredTask> later = unique.takers(others.stream().map(Holder::name).toList());
		if (!later.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(TAKE), keys(later));
		}
	}

	// Returns those that were started before they were replaced.
	private List<Holder> meet(UniqueTasks unique, List<Holder> holders, Instant now) {
		Map<UUID, StoredTask> unfinished = new HashMap<>();
		this.jdbcTemplate.query(this.tables.in(FIND_UNFINISHED), ids(holders), this.rowMapper)
			.forEach((task) -> unfinished.put(task.id(), task));
		List<StoredTask> replacements = holders.stream()
			.map((holder) -> unique.meet(holder, unfinished.get(holder.id())))
			.filter(Objects::nonNull)
			.toList();
		if (replacements.isEmpty()) {
			return List.of();
		}
		Set<UUID> missed = replacements.stream().map(StoredTask::id).collect(Collectors.toSet());
		this.jdbcTemplate
			.query(this.tables.in(REPLACE), replacements(replacements, now),
					(row, number) -> row.getObject(1, UUID.class))
			.forEach(missed::remove);
		List<StoredTask> replaced = replacements.stream().filter((task) -> !missed.contains(task.id())).toList();
		if (Stream.concat(replaced.stream(), unfinished.values().stream()).anyMatch(StoredTask::isLimited)) {
			this.gates.removeOf(replaced);
			this.gates.added(replaced);
		}
		this.turns.give(replaced.stream()
			.filter((task) -> !task.state().dueAt().isAfter(now))
			.map(PostgresTurns.Claimable::of)
			.toList());
		return holders.stream().filter((holder) -> missed.contains(holder.id())).toList();
	}

	private static PostgresParameters replacements(List<StoredTask> tasks, Instant now) {
		return new PostgresParameters().uuids(tasks, StoredTask::id)
			.texts(tasks, (task) -> task.details().args())
			.texts(tasks, (task) -> task.details().kwargs())
			.times(tasks, (task) -> task.state().dueAt())
			.booleans(tasks, (task) -> !task.state().dueAt().isAfter(now))
			.texts(tasks, (task) -> task.details().headers());
	}

	private static PostgresParameters ids(List<Holder> holders) {
		return new PostgresParameters().uuids(holders, Holder::id);
	}

	int forgetExpired(Instant now, int limit) {
		return this.jdbcTemplate.update(this.tables.in(FORGET_EXPIRED),
				new PostgresParameters().value(now).value(limit));
	}

	private static PostgresParameters keys(List<StoredTask> tasks) {
		return new PostgresParameters().texts(tasks, (task) -> task.details().name())
			.texts(tasks, (task) -> key(task).key())
			.uuids(tasks, StoredTask::id)
			.times(tasks, (task) -> task.details().createdAt())
			.times(tasks, (task) -> key(task).knownUntil(task.details().createdAt()));
	}

	private static UniqueKey key(StoredTask task) {
		return Objects.requireNonNull(task.details().uniqueKey());
	}

	private static Holder holder(ResultSet row) throws SQLException {
		return new Holder(new Name(row.getString("task"), row.getString("unique_key")),
				row.getObject("task_id", UUID.class), StoredTaskRowMapper.requiredInstant(row, "enqueued_at"));
	}

}
