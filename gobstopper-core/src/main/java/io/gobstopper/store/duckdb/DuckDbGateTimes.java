package io.gobstopper.store.duckdb;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.HeldTasks;
import io.gobstopper.store.sql.StoredTaskRowMapper;

/**
 * Until when what rates allow is used up, and until when gates are closed.
 */
final class DuckDbGateTimes {

	static final String FIND_SPENT = "select * from gobstopper_spent_rate";

	static final String FIND_CLOSED = "select * from gobstopper_closed_gate";

	static final String FIND_CLOSED_AFTER = """
			select gate, max(closed_until) as closed_until from gobstopper_closed_gate where closed_until > ? group by gate
			""";

	static final String OPEN = "delete from gobstopper_closed_gate where gate in (select unnest(?::varchar[]))";

	static final String FORGET_SPENT = "delete from gobstopper_spent_rate where gate in (select unnest(?::varchar[]))";

	static final String ADD_SPENT = """
			insert into gobstopper_spent_rate select unnest(?::varchar[]), unnest(?::varchar[])::timestamp
			""";

	static final String FORGET_SPENT_BEFORE = "delete from gobstopper_spent_rate where spent_until < ?";

	static final String CLOSE = """
			insert into gobstopper_closed_gate
			select gate, ? from (select unnest(?::varchar[]) as gate)
			where gate not in (select gate from gobstopper_closed_gate where closed_until >= ?)
			""";

	static final String FORGET_CLOSED_BEFORE = "delete from gobstopper_closed_gate where closed_until < ?";

	private final JdbcTemplate jdbcTemplate;

	DuckDbGateTimes(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	void readInto(HeldTasks tasks) {
		this.jdbcTemplate.query(FIND_SPENT, (RowCallbackHandler) (row) -> tasks.spent(Gate.parse(row.getString(1)),
				StoredTaskRowMapper.requiredInstant(row, "spent_until")));
		this.jdbcTemplate.query(FIND_CLOSED, (RowCallbackHandler) (row) -> tasks.close(Gate.parse(row.getString(1)),
				StoredTaskRowMapper.requiredInstant(row, "closed_until")));
	}

	void spent(Map<Gate, Instant> spent) {
		if (!spent.isEmpty()) {
			DuckDbParameters gates = new DuckDbParameters().array("VARCHAR", texts(spent.keySet()));
			this.jdbcTemplate.update(FORGET_SPENT, gates);
			this.jdbcTemplate.update(ADD_SPENT,
					gates.array("VARCHAR",
							spent.values()
								.stream()
								.map((until) -> LocalDateTime.ofInstant(until, ZoneOffset.UTC).toString())
								.toList()));
		}
	}

	void close(Collection<Gate> gates, Instant until) {
		this.jdbcTemplate.update(CLOSE,
				new DuckDbParameters().value(until).array("VARCHAR", texts(gates)).value(until));
	}

	void open(Collection<Gate> gates) {
		this.jdbcTemplate.update(OPEN, new DuckDbParameters().array("VARCHAR", texts(gates)));
	}

	void forgetBefore(Instant now) {
		this.jdbcTemplate.update(FORGET_SPENT_BEFORE, new DuckDbParameters().value(now));
		this.jdbcTemplate.update(FORGET_CLOSED_BEFORE, new DuckDbParameters().value(now));
	}

	private static List<String> texts(Collection<Gate> gates) {
		return gates.stream().map(Gate::toString).toList();
	}

}
