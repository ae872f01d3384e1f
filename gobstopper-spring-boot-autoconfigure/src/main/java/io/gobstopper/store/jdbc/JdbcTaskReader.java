package io.gobstopper.store.jdbc;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.DueTimes;
import io.gobstopper.store.StoredAttempt;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskCount;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskKey;

/**
 * The queries that are the same for all databases. Each is one statement on a connection
 * that commits by itself, so no transaction is left open.
 */
final class JdbcTaskReader {

	static final String FIND_BY_ID = """
			select * from gobstopper_task_all where id = ?
			""";

	static final String FIND_BY_SEQ = """
			select * from gobstopper_task_all
			where seq between :oldest and :newest and seq in (:seqs)
			order by seq desc
			""";

	static final String FIND_BY_IDEMPOTENCY_KEY = """
			select task_id from gobstopper_idempotency_key where idempotency_key = ?
			""";

	private static final String TEXT = """
			position(:text in lower(name || ' ' || args || ' ' || kwargs || ' ' || coalesce(result, '')
				|| ' ' || coalesce(error, '') || ' ' || coalesce(idempotency_key, ''))) > 0
			""";

	static final String FIND_ATTEMPTS = """
			select * from gobstopper_task_attempt where task_id = ? order by started_at
			""";

	static final String COUNT_BY_CATEGORY_AND_STATUS = """
			select category, status, count(*) from gobstopper_task_all group by category, status
			""";

	static final String FIND_PAUSED_CATEGORIES = """
			select category from gobstopper_paused_category
			""";

	private static final String UNFINISHED = "gobstopper_task";

	private final JdbcTemplate jdbcTemplate;

	private final NamedParameterJdbcTemplate namedJdbcTemplate;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private final StoredAttemptRowMapper attemptRowMapper = new StoredAttemptRowMapper();

	private final UnaryOperator<String> tables;

	private final String unfinished;

	JdbcTaskReader(DataSource dataSource, UnaryOperator<String> tables) {
		this(dataSource, tables, UNFINISHED);
	}

	/**
	 * Creates a reader.
	 * @param dataSource where to read
	 * @param tables names the tables of a statement
	 * @param unfinished the table to search for unfinished tasks where it does not matter
	 * which of them are pending and which are started
	 */
	JdbcTaskReader(DataSource dataSource, UnaryOperator<String> tables, String unfinished) {
		this.tables = tables;
		this.unfinished = unfinished;
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.namedJdbcTemplate = new NamedParameterJdbcTemplate(this.jdbcTemplate);
	}

	Optional<StoredTask> find(UUID id) {
		return this.jdbcTemplate.query(this.tables.apply(FIND_BY_ID), this.rowMapper, id).stream().findFirst();
	}

	Optional<UUID> findByIdempotencyKey(String idempotencyKey) {
		return this.jdbcTemplate
			.query(this.tables.apply(FIND_BY_IDEMPOTENCY_KEY), (row, number) -> row.getObject(1, UUID.class),
					idempotencyKey)
			.stream()
			.findFirst();
	}

	// The narrow column is sorted first, and in each table alone: over the view of both
	// it would take a hundred times longer. What is found then is read by range, which
	// skips most of the tables.
	List<StoredTask> find(TaskFilter filter) {
		String sql = "select seq from (%s) as newest order by seq desc limit :limit"
			.formatted(newestOfEachTable(filter));
		List<Long> seqs = this.namedJdbcTemplate.queryForList(this.tables.apply(sql), parameters(filter), Long.class);
		return seqs.isEmpty() ? List.of() : find(seqs);
	}

	private String newestOfEachTable(TaskFilter filter) {
		String newest = "(select seq from %s where " + matching(filter) + " order by seq desc limit :limit)";
		StringJoiner all = new StringJoiner(" union all ");
		addIf(filter.statuses().stream().anyMatch((status) -> !status.isTerminal()), all,
				newest.formatted(isSameToBoth(filter.statuses()) ? this.unfinished : UNFINISHED));
		addIf(filter.statuses().stream().anyMatch(TaskStatus::isTerminal), all,
				newest.formatted("gobstopper_task_history"));
		return all.toString();
	}

	private static boolean isSameToBoth(Set<TaskStatus> statuses) {
		return statuses.contains(TaskStatus.PENDING) == statuses.contains(TaskStatus.STARTED);
	}

	private List<StoredTask> find(List<Long> newestFirst) {
		return this.namedJdbcTemplate.query(this.tables.apply(FIND_BY_SEQ),
				new MapSqlParameterSource("seqs", newestFirst).addValue("newest", newestFirst.get(0))
					.addValue("oldest", newestFirst.get(newestFirst.size() - 1)),
				this.rowMapper);
	}

	List<TaskKey> findKeys(TaskFilter filter, long afterSeq) {
		String sql = "select seq, id from gobstopper_task_all where %s and seq > :after order by seq limit :limit"
			.formatted(matching(filter));
		return this.namedJdbcTemplate.query(this.tables.apply(sql), parameters(filter).addValue("after", afterSeq),
				(row, number) -> new TaskKey(row.getLong(1), row.getObject(2, UUID.class)));
	}

	long count(TaskFilter filter) {
		Long count = this.namedJdbcTemplate.queryForObject(
				this.tables.apply("select count(*) from gobstopper_task_all where " + matching(filter)),
				parameters(filter), Long.class);
		return (count != null) ? count : 0;
	}

	// Only what is asked for: naming a column makes the database read it.
	private static String matching(TaskFilter filter) {
		StringJoiner conditions = new StringJoiner(" and ");
		conditions.add("true");
		addText(filter.category(), conditions, "category = :category");
		addIf(!filter.statuses().equals(TaskFilter.ANY_STATUS), conditions, "status in (:statuses)");
		addText(filter.name(), conditions, "name = :name");
		addIf(filter.since() != null, conditions, "created_at >= :since");
		addIf(filter.until() != null, conditions, "created_at < :until");
		addIf(filter.beforeSeq() != null, conditions, "seq < :before");
		addText(filter.text(), conditions, TEXT);
		return conditions.toString();
	}

	// What cannot be stored everywhere cannot be asked for everywhere, nor found.
	private static void addText(@Nullable String text, StringJoiner conditions, String condition) {
		if (text != null) {
			conditions.add((text.indexOf('\0') < 0) ? condition : "false");
		}
	}

	private static void addIf(boolean asked, StringJoiner conditions, String condition) {
		if (asked) {
			conditions.add(condition);
		}
	}

	private static MapSqlParameterSource parameters(TaskFilter filter) {
		return new MapSqlParameterSource().addValue("category", filter.category())
			.addValue("statuses", filter.statuses().stream().map(TaskStatus::value).toList())
			.addValue("name", filter.name())
			.addValue("since", timestamp(filter.since()))
			.addValue("until", timestamp(filter.until()))
			.addValue("before", filter.beforeSeq())
			.addValue("text", (filter.text() != null) ? filter.text().toLowerCase(Locale.ROOT) : null)
			.addValue("limit", filter.limit());
	}

	List<StoredAttempt> attempts(StoredTask task) {
		List<StoredAttempt> attempts = new ArrayList<>(
				this.jdbcTemplate.query(this.tables.apply(FIND_ATTEMPTS), this.attemptRowMapper, task.id()));
		StoredAttempt last = StoredAttempt.lastOf(task);
		if (last != null && attempts.stream().noneMatch(last::isSameAs)) {
			attempts.add(last);
		}
		return attempts;
	}

	List<TaskCount> counts() {
		return this.jdbcTemplate.query(this.tables.apply(COUNT_BY_CATEGORY_AND_STATUS),
				(row, number) -> new TaskCount(row.getString(1), TaskStatus.of(row.getString(2)), row.getLong(3)));
	}

	Set<String> pausedCategories() {
		return new TreeSet<>(this.jdbcTemplate.queryForList(this.tables.apply(FIND_PAUSED_CATEGORIES), String.class));
	}

	static @Nullable LocalDateTime timestamp(@Nullable Instant instant) {
		return (instant != null) ? LocalDateTime.ofInstant(DueTimes.nearest(instant), ZoneOffset.UTC) : null;
	}

}
