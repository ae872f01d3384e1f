package io.gobstopper.store.postgresql.limit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.limit.LimitRate;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.JdbcLimitOverrides;
import io.gobstopper.store.sql.TableNames;

/**
 * The numbers of limits: what the process says that started last, and what operators say
 * instead.
 */
public final class PostgresLimitNumbers {

	private static final String DECLARE = """
			insert into gobstopper_limit as known (name, per_key, total, rate, burst, declared_at, known_until)
			select name, per_key, total, rate, burst, %s, %s
			from unnest(?::text[], ?::int[], ?::int[], ?::text[], ?::int[], ?::bigint[], ?::bigint[])
				as declared (name, per_key, total, rate, burst, declared_at, known_until)
			order by name
			on conflict (name) do update
			set known_until = excluded.known_until, declared_at = excluded.declared_at, per_key = excluded.per_key,
				total = excluded.total, rate = excluded.rate, burst = excluded.burst
			where known.declared_at <= excluded.declared_at or known.known_until < ?
			""".formatted(PostgresParameters.timestamps("declared_at", "known_until"));

	private static final String FIND_NUMBERS = """
			select name, per_key, total, rate, burst from gobstopper_limit where known_until >= ?
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final JdbcLimitOverrides overrides;

	private @Nullable Instant until;

	/**
	 * Creates the numbers.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 */
	public PostgresLimitNumbers(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.overrides = new JdbcLimitOverrides(jdbcTemplate, tables);
	}

	// Returns when the numbers change that were found last.
	@Nullable Instant until() {
		return this.until;
	}

	void declare(AdmissionRequest request) {
		List<Map.Entry<String, LimitNumbers>> limits = List.copyOf(request.limits().entrySet());
		if (!limits.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(DECLARE),
					new PostgresParameters().texts(limits, Map.Entry::getKey)
						.integers(limits, (limit) -> limit.getValue().perKey())
						.integers(limits, (limit) -> limit.getValue().total())
						.texts(limits, (limit) -> Objects.toString(limit.getValue().rate(), null))
						.integers(limits, (limit) -> limit.getValue().burst())
						.times(limits, (limit) -> request.startedAt())
						.times(limits, (limit) -> request.now().plus(request.knownFor()))
						.value(request.now()));
		}
	}

	// Those of this process until it has said them.
	AdmissionRequest counting(AdmissionRequest request) {
		Map<String, LimitNumbers> numbers = new HashMap<>(request.limits());
		numbers.putAll(declared(request.now()));
		Map<String, LimitOverride> overridden = this.overrides.find(request.now());
		this.until = overridden.values().stream().map(LimitOverride::until).min(Comparator.naturalOrder()).orElse(null);
		return request.with(LimitOverride.apply(numbers, overridden, request.now()));
	}

	/**
	 * Returns what the process says that started last.
	 * @param now the time
	 * @return the numbers by the name of the limit
	 */
	public Map<String, LimitNumbers> declared(Instant now) {
		Map<String, LimitNumbers> numbers = new HashMap<>();
		this.jdbcTemplate.query(this.tables.in(FIND_NUMBERS), new PostgresParameters().value(now),
				(RowCallbackHandler) (row) -> numbers.put(row.getString(1), numbers(row)));
		return numbers;
	}

	private static LimitNumbers numbers(ResultSet row) throws SQLException {
		String rate = row.getString(4);
		return new LimitNumbers(row.getObject(2, Integer.class), row.getObject(3, Integer.class),
				(rate != null) ? LimitRate.of(rate) : null, row.getObject(5, Integer.class));
	}

}
