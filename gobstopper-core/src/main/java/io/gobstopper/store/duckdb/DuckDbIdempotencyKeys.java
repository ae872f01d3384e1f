package io.gobstopper.store.duckdb;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.task.StoredTask;

/**
 * Which task holds which idempotency key.
 */
final class DuckDbIdempotencyKeys {

	static final String FIND_HELD_KEYS = """
			select idempotency_key, task_id from gobstopper_idempotency_key
			where idempotency_key in (select unnest(?::varchar[]))
			""";

	static final String HOLD_KEYS = """
			insert into gobstopper_idempotency_key select unnest(?::varchar[]), unnest(?::varchar[])::uuid
			""";

	static final String RELEASE_KEYS = """
			delete from gobstopper_idempotency_key where idempotency_key in (select unnest(?::varchar[]))
			""";

	private final JdbcTemplate jdbcTemplate;

	DuckDbIdempotencyKeys(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	Map<String, UUID> findHolders(List<StoredTask> tasks) {
		List<@Nullable String> keys = tasks.stream()
			.map((task) -> task.details().idempotencyKey())
			.filter(Objects::nonNull)
			.toList();
		Map<String, UUID> holders = new HashMap<>();
		if (!keys.isEmpty()) {
			this.jdbcTemplate.query(FIND_HELD_KEYS, new DuckDbParameters().array("VARCHAR", keys),
					(RowCallbackHandler) (row) -> holders.put(row.getString(1), row.getObject(2, UUID.class)));
		}
		return holders;
	}

	void hold(Map<String, UUID> holders) {
		if (!holders.isEmpty()) {
			this.jdbcTemplate.update(HOLD_KEYS, new DuckDbParameters().array("VARCHAR", holders.keySet())
				.array("VARCHAR", holders.values().stream().map(UUID::toString).toList()));
		}
	}

	void release(Collection<@Nullable String> keys) {
		if (!keys.isEmpty()) {
			this.jdbcTemplate.update(RELEASE_KEYS, new DuckDbParameters().array("VARCHAR", keys));
		}
	}

}
