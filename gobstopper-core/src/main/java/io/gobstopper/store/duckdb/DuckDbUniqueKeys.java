package io.gobstopper.store.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.UniqueTasks;
import io.gobstopper.store.task.UniqueTasks.Holder;
import io.gobstopper.store.task.UniqueTasks.Name;

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
			select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])::uuid, unnest(?::varchar[])::timestamp,
				nullif(unnest(?::varchar[]), '')::timestamp
			""";

	static final String FORGET = """
			delete from gobstopper_unique_key
			where until_at is null and task_id in (select unnest(?::varchar[])::uuid)
			""";

	static final String FORGET_EXPIRED = """
			delete from gobstopper_unique_key where rowid in (
				select rowid from gobstopper_unique_key where until_at <= ? limit ?
			)
			""";

	private final JdbcTemplate jdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	DuckDbUniqueKeys(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	// Takes the keys that are free, and returns the tasks to replace.
	List<StoredTask> take(UniqueTasks unique) {
		List<Holder> holders = findHolders(unique.names());
		Map<UUID, StoredTask> unfinished = findUnfinished(holders);
		List<StoredTask> replacements = new ArrayList<>();
		for (Holder holder : holders) {
			StoredTask replacement = unique.meet(holder, unfinished.get(holder.id()));
			if (replacement != null) {
				replacements.add(replacement);
			}
		}
		release(unique.takers(holders.stream().map(Holder::name).toList()));
		hold(unique.takers(unique.names()));
		return replacements;
	}

	private List<Holder> findHolders(List<Name> names) {
		return this.jdbcTemplate.query(FIND_HOLDERS, names(names), (row, number) -> holder(row));
	}

	private Map<UUID, StoredTask> findUnfinished(List<Holder> holders) {
		List<String> ids = holders.stream().map((holder) -> holder.id().toString()).toList();
		Map<UUID, StoredTask> unfinished = new HashMap<>();
		if (!ids.isEmpty()) {
			this.jdbcTemplate.query(FIND_UNFINISHED, new DuckDbParameters().array("VARCHAR", ids), this.rowMapper)
				.forEach((task) -> unfinished.put(task.id(), task));
		}
		return unfinished;
	}

	private void release(List<StoredTask> takers) {
		if (!takers.isEmpty()) {
			this.jdbcTemplate.update(RELEASE, names(takers.stream().map(DuckDbUniqueKeys::name).toList()));
		}
	}

	private void hold(List<StoredTask> takers) {
		if (!takers.isEmpty()) {
			this.jdbcTemplate.update(HOLD,
					names(takers.stream().map(DuckDbUniqueKeys::name).toList())
						.array("VARCHAR", takers.stream().map((task) -> task.id().toString()).toList())
						.array("VARCHAR", takers.stream().map((task) -> text(task.details().createdAt())).toList())
						.array("VARCHAR", takers.stream().map(DuckDbUniqueKeys::knownUntil).toList()));
		}
	}

	private static Name name(StoredTask task) {
		return Objects.requireNonNull(Name.of(task));
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

	private static String knownUntil(StoredTask task) {
		Instant until = Objects.requireNonNull(task.details().uniqueKey()).knownUntil(task.details().createdAt());
		return (until != null) ? text(until) : "";
	}

	private static String text(Instant time) {
		return LocalDateTime.ofInstant(time, ZoneOffset.UTC).toString();
	}

	private static Holder holder(ResultSet row) throws SQLException {
		return new Holder(new Name(row.getString("task"), row.getString("unique_key")),
				row.getObject("task_id", UUID.class), StoredTaskRowMapper.requiredInstant(row, "enqueued_at"));
	}

}
