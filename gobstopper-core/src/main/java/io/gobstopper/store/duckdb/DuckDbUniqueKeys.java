package io.gobstopper.store.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueKey;
import io.gobstopper.store.task.UniqueKey.Held;
import io.gobstopper.store.task.UniqueTasks;
import io.gobstopper.store.task.UniqueTasks.Holder;
import io.gobstopper.store.task.UniqueTasks.Name;
import io.gobstopper.store.task.UniqueTasks.Taken;

/**
 * Which task holds which unique key.
 */
final class DuckDbUniqueKeys {

	static final String FIND_HOLDERS = """
			select held.* from gobstopper_unique_key as held
			join (select unnest(?::varchar[]) as task, unnest(?::varchar[]) as unique_key) as wanted
				on held.task = wanted.task and held.unique_key = wanted.unique_key
			""";

	static final String FIND_UNFINISHED = """
			select * from gobstopper_task where id in (select unnest(?::varchar[])::uuid)
			""";

	static final String RELEASE = """
			delete from gobstopper_unique_key
			where (task, unique_key) in (select (unnest(?::varchar[]), unnest(?::varchar[])))
			""";

	static final String HOLD = """
			insert into gobstopper_unique_key
			select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])::uuid, unnest(?::varchar[]),
				nullif(unnest(?::varchar[]), '')::timestamp
			""";

	static final String FORGET = """
			delete from gobstopper_unique_key
			where held <> 'time' and task_id in (select unnest(?::varchar[])::uuid)
			""";

	static final String FORGET_EXPIRED = """
			delete from gobstopper_unique_key where rowid in (
				select rowid from gobstopper_unique_key where held = 'time' and until_at <= ? limit ?
			)
			""";

	private final JdbcTemplate jdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	DuckDbUniqueKeys(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	// Takes the keys that are free, and returns the others, not replaced yet.
	Map<Name, Taken> take(UniqueTasks unique) {
		Map<Name, Taken> taken = new HashMap<>();
		List<Holder> holders = findHolders(unique.names());
		Map<UUID, StoredTask> unfinished = findUnfinished(holders);
		for (Holder holder : holders) {
			StoredTask task = unfinished.get(holder.id());
			boolean waiting = task != null && task.status() == TaskStatus.PENDING
					&& task.state().counts().attempt() == 0;
			boolean held = switch (holder.key().held()) {
				case WAITING, DEBOUNCED -> waiting;
				case UNFINISHED -> task != null;
				case TIME -> Objects.requireNonNull(holder.key().until())
					.isAfter(unique.candidate(holder.name()).details().createdAt());
			};
			if (held) {
				taken.put(holder.name(), new Taken(holder.id(),
						(task != null && holder.key().isDebounced()) ? unique.replacement(holder, task) : null));
			}
		}
		List<StoredTask> free = unique.names()
			.stream()
			.filter((name) -> !taken.containsKey(name))
			.map(unique::candidate)
			.toList();
		hold(free);
		return taken;
	}

	private List<Holder> findHolders(List<Name> names) {
		return this.jdbcTemplate.query(FIND_HOLDERS, names(names), (row, number) -> holder(row));
	}

	private Map<UUID, StoredTask> findUnfinished(List<Holder> holders) {
		List<String> ids = holders.stream()
			.filter((holder) -> holder.key().held() != Held.TIME)
			.map((holder) -> holder.id().toString())
			.toList();
		Map<UUID, StoredTask> unfinished = new HashMap<>();
		if (!ids.isEmpty()) {
			this.jdbcTemplate.query(FIND_UNFINISHED, new DuckDbParameters().array("VARCHAR", ids), this.rowMapper)
				.forEach((task) -> unfinished.put(task.id(), task));
		}
		return unfinished;
	}

	private void hold(List<StoredTask> tasks) {
		if (!tasks.isEmpty()) {
			List<Name> names = tasks.stream().map((task) -> new Name(task.details().name(), key(task).key())).toList();
			this.jdbcTemplate.update(RELEASE, names(names));
			this.jdbcTemplate.update(HOLD,
					names(names).array("VARCHAR", tasks.stream().map((task) -> task.id().toString()).toList())
						.array("VARCHAR", tasks.stream().map((task) -> key(task).held().value()).toList())
						.array("VARCHAR", tasks.stream().map((task) -> text(key(task).until())).toList()));
		}
	}

	void forget(Collection<UUID> ids) {
		if (!ids.isEmpty()) {
			this.jdbcTemplate.update(FORGET,
					new DuckDbParameters().array("VARCHAR", ids.stream().map(UUID::toString).toList()));
		}
	}

	int forgetExpired(Instant now, int limit) {
		return this.jdbcTemplate.update(FORGET_EXPIRED, new DuckDbParameters().value(now).value(limit));
	}

	private static DuckDbParameters names(List<Name> names) {
		return new DuckDbParameters().array("VARCHAR", names.stream().map(Name::task).toList())
			.array("VARCHAR", names.stream().map(Name::key).toList());
	}

	private static String text(@Nullable Instant until) {
		return (until != null) ? LocalDateTime.ofInstant(until, ZoneOffset.UTC).toString() : "";
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
