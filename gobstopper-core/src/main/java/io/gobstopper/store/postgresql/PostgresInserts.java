package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.util.Assert;

import io.gobstopper.TaskStatus;
import io.gobstopper.error.TaskStoreException;
import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.limit.PostgresTurns;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueTasks;

/**
 * Adds tasks that are not finished. The database gives them their numbers.
 */
final class PostgresInserts {

	private static final String INSERT_TEMPLATE = """
			insert into gobstopper_task (id, name, category, priority, status, claimable, args, kwargs, created_at,
				due_at, started_at, max_retries, attempt, idempotency_key, lease_owner, lease_until, heartbeat_at,
				trace_context%6$s)
			select id, name, category, priority, status, claimable, args, kwargs, %1$s, %2$s, %3$s, max_retries, attempt,
				idempotency_key, lease_owner, %4$s, %5$s, trace_context%6$s
			from unnest(?::uuid[], ?::text[], ?::text[], ?::int[], ?::text[], ?::boolean[], ?::text[], ?::text[],
				?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
				?::text[]%7$s) with ordinality
				as task (id, name, category, priority, status, claimable, args, kwargs, created_at, due_at, started_at,
					max_retries, attempt, idempotency_key, lease_owner, lease_until, heartbeat_at, trace_context%6$s, place)
			order by place
			returning id, seq
			""";

	private static final String INSERT = insert("", "");

	private static final String INSERT_WITH_TURNS = insert(", turn, turn_key", ", ?::bigint[], ?::bigint[]");

	// In one order everywhere, so that two that hold many keys cannot wait for each
	// other.
	private static final String HOLD_KEYS = """
			insert into gobstopper_idempotency_key (idempotency_key, task_id)
			select idempotency_key, task_id from unnest(?::text[], ?::uuid[]) as held (idempotency_key, task_id)
			order by idempotency_key
			on conflict do nothing
			returning idempotency_key
			""";

	private static final String FIND_HOLDERS = """
			select idempotency_key, task_id from gobstopper_idempotency_key where idempotency_key = any(?::text[])
			""";

	private static final int MOST_TRIES = 10;

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final PostgresUniqueKeys uniqueKeys;

	private final PostgresGates gates;

	private final PostgresTurns turns;

	/**
	 * Creates the inserts.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 * @param joined whether it is one whose transactions are of the application
	 */
	PostgresInserts(JdbcTemplate jdbcTemplate, TableNames tables, boolean joined) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.uniqueKeys = new PostgresUniqueKeys(jdbcTemplate, tables, joined);
		this.gates = new PostgresGates(jdbcTemplate, tables);
		this.turns = new PostgresTurns(jdbcTemplate, tables, Set.of());
	}

	private static String insert(String turn, String arrays) {
		Object[] times = PostgresParameters.timestamps("created_at", "due_at", "started_at", "lease_until",
				"heartbeat_at");
		return INSERT_TEMPLATE.formatted(times[0], times[1], times[2], times[3], times[4], turn, arrays);
	}

	List<InsertedTask> insert(List<StoredTask> tasks) {
		UniqueTasks unique = UniqueTasks.of(tasks);
		if (unique == null) {
			return insertRows(tasks);
		}
		this.uniqueKeys.take(unique);
		return unique.insert(tasks, this::insertRows);
	}

	private List<InsertedTask> insertRows(List<StoredTask> tasks) {
		Map<String, UUID> holders = holders(tasks);
		List<StoredTask> rows = tasks.stream().filter((task) -> isHolder(task, holders)).toList();
		Map<UUID, Long> seqs = number(rows);
		List<InsertedTask> inserted = new ArrayList<>(tasks.size());
		for (StoredTask task : tasks) {
			Long seq = seqs.get(task.id());
			String key = task.details().idempotencyKey();
			inserted.add((seq == null && key != null) ? new InsertedTask(holders.getOrDefault(key, task.id()), null)
					: new InsertedTask(task.id(), numbered(task, seq)));
		}
		this.gates.added(inserted.stream().map(InsertedTask::task).filter(Objects::nonNull).toList());
		return inserted;
	}

	private static StoredTask numbered(StoredTask task, @Nullable Long seq) {
		Assert.state(seq != null, () -> "Task %s was not inserted".formatted(task.id()));
		return task.stored(seq);
	}

	private static boolean isHolder(StoredTask task, Map<String, UUID> holders) {
		String key = task.details().idempotencyKey();
		return key == null || task.id().equals(holders.get(key));
	}

	private Map<UUID, Long> number(List<StoredTask> tasks) {
		Map<UUID, Long> seqs = new HashMap<>();
		if (!tasks.isEmpty()) {
			Map<UUID, PostgresTurns.Turn> turns = this.turns
				.next(tasks.stream().filter(PostgresInserts::isClaimable).toList());
			PostgresParameters parameters = columns(tasks);
			if (!turns.isEmpty()) {
				parameters.numbers(tasks, (task) -> turns.get(task.id()), PostgresTurns.Turn::number)
					.numbers(tasks, (task) -> turns.get(task.id()), PostgresTurns.Turn::key);
			}
			this.jdbcTemplate.query(this.tables.in(turns.isEmpty() ? INSERT : INSERT_WITH_TURNS), parameters,
					(RowCallbackHandler) (row) -> seqs.put(row.getObject(1, UUID.class), row.getLong(2)));
		}
		return seqs;
	}

	private static PostgresParameters columns(List<StoredTask> tasks) {
		return new PostgresParameters().uuids(tasks, StoredTask::id)
			.texts(tasks, (task) -> task.details().name())
			.texts(tasks, (task) -> task.details().category())
			.ints(tasks, (task) -> task.details().priority().level())
			.texts(tasks, (task) -> task.status().value())
			.booleans(tasks, (task) -> (task.state().lease() != null) ? null : isClaimable(task))
			.texts(tasks, (task) -> task.details().args())
			.texts(tasks, (task) -> task.details().kwargs())
			.times(tasks, (task) -> task.details().createdAt())
			.times(tasks, (task) -> task.state().dueAt())
			.times(tasks, (task) -> task.state().startedAt())
			.ints(tasks, (task) -> task.details().maxRetries())
			.ints(tasks, (task) -> task.state().counts().attempt())
			.texts(tasks, (task) -> task.details().idempotencyKey())
			.texts(tasks, (task) -> owner(task.state().lease()))
			.times(tasks, (task) -> until(task.state().lease()))
			.times(tasks, (task) -> heartbeatAt(task.state().lease()))
			.texts(tasks, (task) -> task.details().headers());
	}

	static boolean isClaimable(StoredTask task) {
		return task.status() == TaskStatus.PENDING && !task.state().dueAt().isAfter(task.details().createdAt());
	}

	// Whoever has held a key before keeps it; of new tasks with one key, the first gets
	// it.
	private Map<String, UUID> holders(List<StoredTask> tasks) {
		Map<String, UUID> wanted = new LinkedHashMap<>();
		for (StoredTask task : tasks) {
			String key = task.details().idempotencyKey();
			if (key != null) {
				wanted.putIfAbsent(key, task.id());
			}
		}
		Map<String, UUID> holders = new HashMap<>();
		for (int tries = 0; !wanted.isEmpty(); tries++) {
			if (tries == MOST_TRIES) {
				throw new TaskStoreException(
						"The idempotency keys %s come and go too quickly".formatted(wanted.keySet()));
			}
			hold(wanted).forEach((key) -> holders.put(key, wanted.remove(key)));
			holders.putAll(findHolders(wanted.keySet()));
			wanted.keySet().removeAll(holders.keySet());
		}
		return holders;
	}

	private List<String> hold(Map<String, UUID> wanted) {
		List<Map.Entry<String, UUID>> entries = List.copyOf(wanted.entrySet());
		return this.jdbcTemplate.query(this.tables.in(HOLD_KEYS),
				new PostgresParameters().texts(entries, Map.Entry::getKey).uuids(entries, Map.Entry::getValue),
				(row, number) -> row.getString(1));
	}

	private Map<String, UUID> findHolders(Set<String> keys) {
		Map<String, UUID> holders = new HashMap<>();
		if (!keys.isEmpty()) {
			this.jdbcTemplate.query(this.tables.in(FIND_HOLDERS), new PostgresParameters().texts(keys, (key) -> key),
					(RowCallbackHandler) (row) -> holders.put(row.getString(1), row.getObject(2, UUID.class)));
		}
		return holders;
	}

	private static @Nullable String owner(@Nullable Lease lease) {
		return (lease != null) ? lease.owner() : null;
	}

	private static @Nullable Instant until(@Nullable Lease lease) {
		return (lease != null) ? lease.until() : null;
	}

	private static @Nullable Instant heartbeatAt(@Nullable Lease lease) {
		return (lease != null) ? lease.heartbeatAt() : null;
	}

}
