package io.gobstopper.store.sql;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.limit.LimitRate;

/**
 * What operators have said of limits.
 */
public final class JdbcLimitOverrides {

	private static final String FIND = """
			select name, per_key, total, rate, burst, overridden_until from gobstopper_limit_override
			where overridden_until > ?
			""";

	private static final String REMOVE = "delete from gobstopper_limit_override where name = ?";

	private static final String ADD = """
			insert into gobstopper_limit_override (name, per_key, total, rate, burst, overridden_until)
			values (?, ?, ?, ?, ?, ?)
			""";

	private static final String FORGET = "delete from gobstopper_limit_override where overridden_until <= ?";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	/**
	 * Creates the overrides.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 */
	public JdbcLimitOverrides(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	/**
	 * Finds those that are not over.
	 * @param now the time
	 * @return the overrides by the name of the limit
	 */
	public Map<String, LimitOverride> find(Instant now) {
		Map<String, LimitOverride> overrides = new TreeMap<>();
		this.jdbcTemplate.query(this.tables.in(FIND), (RowCallbackHandler) (row) -> {
			String rate = row.getString(4);
			overrides.put(row.getString(1),
					new LimitOverride(
							new LimitNumbers(row.getObject(2, Integer.class), row.getObject(3, Integer.class),
									(rate != null) ? LimitRate.of(rate) : null, row.getObject(5, Integer.class)),
							StoredTaskRowMapper.requiredInstant(row, "overridden_until")));
		}, JdbcTaskReader.timestamp(now));
		return overrides;
	}

	/**
	 * Stores what is said of a limit instead of what was said before.
	 * @param name the name of the limit
	 * @param override what is said, {@code null} for nothing
	 */
	public void save(String name, @Nullable LimitOverride override) {
		this.jdbcTemplate.update(this.tables.in(REMOVE), name);
		if (override != null) {
			LimitNumbers numbers = override.numbers();
			this.jdbcTemplate.update(this.tables.in(ADD), name, numbers.perKey(), numbers.total(),
					Objects.toString(numbers.rate(), null), numbers.burst(),
					JdbcTaskReader.timestamp(override.until()));
		}
	}

	/**
	 * Forgets those that are over.
	 * @param now the time
	 */
	public void forgetBefore(Instant now) {
		this.jdbcTemplate.update(this.tables.in(FORGET), JdbcTaskReader.timestamp(now));
	}

}
