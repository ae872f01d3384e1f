package io.gobstopper.store.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueKey;
import io.gobstopper.store.task.UniqueKey.Held;
import io.gobstopper.store.task.UniqueTasks;
import io.gobstopper.store.task.UniqueTasks.Holder;
import io.gobstopper.store.task.UniqueTasks.Name;
import io.gobstopper.store.task.UniqueTasks.Taken;

/**
 * Which task holds which unique key. A key is locked until the transaction is over in
 * which somebody asked for it.
 */
final class PostgresUniqueKeys {

	// Locks those that are there already, and in the order of all others.
	private static final String HOLD_OR_LOCK = """
			insert into gobstopper_unique_key as held (task, unique_key, task_id, held, until_at)
			select task, unique_key, task_id, held, %s
			from unnest(?::text[], ?::text[], ?::uuid[], ?::text[], ?::bigint[])
				with ordinality as wanted (task, unique_key, task_id, held, until_at, place)
			order by place
			on conflict (task, unique_key) do update set task_id = held.task_id
			returning task, unique_key, task_id, held, until_at
			""".formatted(PostgresParameters.timestamps("until_at"));

	// What waits must not be started before the transaction is over in which somebody
	// relied on it.
	private static final String LOCK_WAITING = """
			select * from gobstopper_task
			where id = any(?::uuid[]) and status = 'pending' and attempt = 0
			order by seq
			for key share
			""";

	private static final String FIND_UNFINISHED = "select id from gobstopper_task where id = any(?::uuid[])";

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
			set task_id = later.task_id, held = later.held, until_at = %s
			from unnest(?::text[], ?::text[], ?::uuid[], ?::text[], ?::bigint[])
				as later (task, unique_key, task_id, held, until_at)
			where held.task = later.task and held.unique_key = later.unique_key
			""".formatted(PostgresParameters.timestamps("later.until_at"));

	private static final String FORGET_EXPIRED = """
			delete from gobstopper_unique_key where ctid = any(array(
				select ctid from gobstopper_unique_key
				where held = 'time' and until_at <= ?
				limit ?
				for update skip locked
			))
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	PostgresUniqueKeys(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	// Takes the keys that are free, and returns the others.
	Map<Name, Taken> take(UniqueTasks unique) {
		List<StoredTask> wanted = unique.names().stream().map(unique::candidate).toList();
		List<Holder> others = this.jdbcTemplate
			.query(this.tables.in(HOLD_OR_LOCK), keys(wanted), (row, number) -> holder(row))
			.stream()
			.filter((holder) -> !holder.id().equals(unique.candidate(holder.name()).id()))
			.toList();
		if (others.isEmpty()) {
			return Map.of();
		}
		Map<Name, Taken> taken = taken(unique, others);
		List<StoredTask> free = others.stream()
			.map(Holder::name)
			.filter((name) -> !taken.containsKey(name))
			.map(unique::candidate)
			.toList();
		if (!free.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(TAKE), keys(free));
		}
		return taken;
	}

	private Map<Name, Taken> taken(UniqueTasks unique, List<Holder> holders) {
		Map<UUID, StoredTask> waiting = waiting(ids(holders, Set.of(Held.WAITING, Held.DEBOUNCED)));
		Set<UUID> unfinished = unfinished(ids(holders, Set.of(Held.UNFINISHED)));
		Map<UUID, StoredTask> replacements = replace(unique, holders, waiting);
		Map<Name, Taken> taken = new HashMap<>();
		for (Holder holder : holders) {
			boolean held = switch (holder.key().held()) {
				case WAITING -> waiting.containsKey(holder.id());
				case DEBOUNCED -> waiting.containsKey(holder.id()) && (replacements.containsKey(holder.id())
						|| unique.replacement(holder, Objects.requireNonNull(waiting.get(holder.id()))) == null);
				case UNFINISHED -> unfinished.contains(holder.id());
				case TIME -> Objects.requireNonNull(holder.key().until())
					.isAfter(unique.candidate(holder.name()).details().createdAt());
			};
			if (held) {
				taken.put(holder.name(), new Taken(holder.id(), replacements.get(holder.id())));
			}
		}
		return taken;
	}

	private static List<UUID> ids(List<Holder> holders, Set<Held> held) {
		return holders.stream().filter((holder) -> held.contains(holder.key().held())).map(Holder::id).toList();
	}

	private Map<UUID, StoredTask> waiting(List<UUID> ids) {
		Map<UUID, StoredTask> waiting = new HashMap<>();
		if (!ids.isEmpty()) {
			this.jdbcTemplate
				.query(this.tables.in(LOCK_WAITING), new PostgresParameters().uuids(ids, (id) -> id), this.rowMapper)
				.forEach((task) -> waiting.put(task.id(), task));
		}
		return waiting;
	}

	private Set<UUID> unfinished(List<UUID> ids) {
		return ids.isEmpty() ? Set.of() : new HashSet<>(this.jdbcTemplate.query(this.tables.in(FIND_UNFINISHED),
				new PostgresParameters().uuids(ids, (id) -> id), (row, number) -> row.getObject(1, UUID.class)));
	}

	private Map<UUID, StoredTask> replace(UniqueTasks unique, List<Holder> holders, Map<UUID, StoredTask> waiting) {
		Map<UUID, StoredTask> replacements = new HashMap<>();
		for (Holder holder : holders) {
			StoredTask task = waiting.get(holder.id());
			StoredTask replacement = (task != null && holder.key().isDebounced()) ? unique.replacement(holder, task)
					: null;
			if (replacement != null) {
				replacements.put(holder.id(), replacement);
			}
		}
		if (!replacements.isEmpty()) {
			Collection<StoredTask> tasks = List.copyOf(replacements.values());
			Instant now = unique.candidate(holders.get(0).name()).details().createdAt();
			List<UUID> replaced = new ArrayList<>(this.jdbcTemplate.query(this.tables.in(REPLACE),
					new PostgresParameters().uuids(tasks, StoredTask::id)
						.texts(tasks, (task) -> task.details().args())
						.texts(tasks, (task) -> task.details().kwargs())
						.times(tasks, (task) -> task.state().dueAt())
						.booleans(tasks, (task) -> !task.state().dueAt().isAfter(now))
						.texts(tasks, (task) -> task.details().headers()),
					(row, number) -> row.getObject(1, UUID.class)));
			replacements.keySet().retainAll(replaced);
		}
		return replacements;
	}

	int forgetExpired(Instant now, int limit) {
		return this.jdbcTemplate.update(this.tables.in(FORGET_EXPIRED),
				new PostgresParameters().value(now).value(limit));
	}

	private static PostgresParameters keys(List<StoredTask> tasks) {
		return new PostgresParameters().texts(tasks, (task) -> task.details().name())
			.texts(tasks, (task) -> key(task).key())
			.uuids(tasks, StoredTask::id)
			.texts(tasks, (task) -> key(task).held().value())
			.times(tasks, (task) -> key(task).until());
	}

	private static UniqueKey key(StoredTask task) {
		return Objects.requireNonNull(task.details().uniqueKey());
	}

	private static Holder holder(ResultSet row) throws SQLException {
		String key = row.getString("unique_key");
		return new Holder(new Name(row.getString("task"), key), row.getObject("task_id", UUID.class),
				new UniqueKey(key, Held.of(row.getString("held")), StoredTaskRowMapper.instant(row, "until_at")));
	}

}
