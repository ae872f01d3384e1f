package io.gobstopper.store.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.schedule.ScheduleReads;
import io.gobstopper.store.schedule.StoredSchedule;

/**
 * What can be asked of the tables of schedules.
 */
public final class JdbcScheduleReads implements ScheduleReads {

	private static final String FIND_ALL = "select * from gobstopper_schedule order by name";

	private static final String FIND = "select * from gobstopper_schedule where name = ?";

	private static final String FIND_NEXT = """
			select min(next_at) from gobstopper_schedule
			where next_at > ? and not paused and (declared_at is null or seen_at >= ?) and task in %s
				and category not in (select category from gobstopper_paused_category)
			""";

	private static final String FIND_OVERDUE = """
			select * from gobstopper_schedule
			where next_at < ? and not paused and (declared_at is null or seen_at >= ?)
				and category not in (select category from gobstopper_paused_category)
			order by next_at
			limit ?
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	public JdbcScheduleReads(DataSource dataSource, TableNames tables) {
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.tables = tables;
	}

	@Override
	public List<StoredSchedule> findAll() {
		return this.jdbcTemplate.query(this.tables.in(FIND_ALL), ScheduleRows::schedule);
	}

	@Override
	public Optional<StoredSchedule> find(String name) {
		return this.jdbcTemplate.query(this.tables.in(FIND), ScheduleRows::schedule, name).stream().findFirst();
	}

	@Override
	public Optional<Instant> nextAfter(Instant after, Instant seenSince, Collection<String> tasks) {
		if (tasks.isEmpty()) {
			return Optional.empty();
		}
		List<Object> parameters = new ArrayList<>();
		parameters.add(Objects.requireNonNull(JdbcTaskReader.timestamp(after)));
		parameters.add(Objects.requireNonNull(JdbcTaskReader.timestamp(seenSince)));
		parameters.addAll(tasks);
		return this.jdbcTemplate
			.query(this.tables.in(FIND_NEXT.formatted(ScheduleRows.placeholders(tasks.size()))),
					(row, number) -> Optional.ofNullable(row.getObject(1, LocalDateTime.class)), parameters.toArray())
			.get(0)
			.map((time) -> time.toInstant(ZoneOffset.UTC));
	}

	@Override
	public List<StoredSchedule> findOverdue(Instant before, Instant seenSince, int limit) {
		return this.jdbcTemplate.query(this.tables.in(FIND_OVERDUE), ScheduleRows::schedule,
				JdbcTaskReader.timestamp(before), JdbcTaskReader.timestamp(seenSince), limit);
	}

}
