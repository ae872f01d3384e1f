package io.gobstopper.store.sql;

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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.statistics.TaskCount;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskKey;

/**
 * The queries that are the same for all databases. Each is one statement on a connection
 * that commits by itself, so no transaction is left open.
 */
public class JdbcTaskReader {

	/**
	 * Finds a task by its id.
	 */
	public static final String FIND_BY_ID = """
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

	static final String FIND_BY_UNIQUE_KEY = """
			select task_id from gobstopper_unique_key where task = ? and unique_key = ?
			""";

	private static final String TEXT = """
			position(:text in lower(name || ' ' || args || ' ' || kwargs || ' ' || coalesce(result, '')
				|| ' ' || coalesce(error, '') || ' ' || coalesce(idempotency_key, '')
				|| ' ' || coalesce(trace_context, ''))) > 0
			""";

	static final String FIND_ATTEMPTS = """
			select * from gobstopper_task_attempt where task_id = ? order by started_at
			""";

	static final String COUNT_BY_CATEGORY_AND_STATUS = """
			select category, status, count(*) from gobstopper_task_all group by category, status
			""";

	/**
	 * Selects the names of paused categories.
	 */
	public static final String FIND_PAUSED_CATEGORIES = """
			select category from gobstopper_paused_category
			""";

	private static final String UNFINISHED = "gobstopper_task";

	private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

	// No task can have it.
	private static final String NO_NAME = "";

	private final Supplier<NamedParameterJdbcTemplate> templates;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	private final StoredAttemptRowMapper attemptRowMapper = new StoredAttemptRowMapper();

	private final UnaryOperator<String> tables;

	private final String unfinished;

	/**
	 * Creates a reader.
	 * @param dataSource where to read
	 * @param tables names the tables of a statement
	 * @param unfinished the table to search for unfinished tasks where it does not matter
	 * which of them are pending and which are started
	 */
	protected JdbcTaskReader(DataSource dataSource, UnaryOperator<String> tables, String unfinished) {
		NamedParameterJdbcTemplate template = new NamedParameterJdbcTemplate(dataSource);
		this.templates = () -> template;
		this.tables = tables;
		this.unfinished = unfinished;
	}

	/**
	 * Creates a reader that sees what a transaction of the application has done.
	 * @param dataSource where to read
	 * @param application where to read within a transaction
	 * @param inTransaction whether the calling thread is within one
	 * @param tables names the tables of a statement
	 */
	protected JdbcTaskReader(DataSource dataSource, DataSource application, BooleanSupplier inTransaction,
			UnaryOperator<String> tables) {
		NamedParameterJdbcTemplate template = new NamedParameterJdbcTemplate(dataSource);
		NamedParameterJdbcTemplate joined = new NamedParameterJdbcTemplate(application);
		this.templates = () -> inTransaction.getAsBoolean() ? joined : template;
		this.tables = tables;
		this.unfinished = UNFINISHED;
	}

	public Optional<StoredTask> find(UUID id) {
		return this.templates.get()
			.getJdbcOperations()
			.query(this.tables.apply(FIND_BY_ID), this.rowMapper, id)
			.stream()
			.findFirst();
	}

	public Optional<UUID> findByIdempotencyKey(String idempotencyKey) {
		return findId(FIND_BY_IDEMPOTENCY_KEY, idempotencyKey);
	}

	public Optional<UUID> findByUniqueKey(String name, String key) {
		return findId(FIND_BY_UNIQUE_KEY, name, key);
	}

	private Optional<UUID> findId(String sql, String... parameters) {
		return this.templates.get()
			.getJdbcOperations()
			.query(this.tables.apply(sql), (row, number) -> row.getObject(1, UUID.class), (Object[]) parameters)
			.stream()
			.findFirst();
	}

	// The narrow column is sorted first, and in each table alone: over the view of both
	// it would take a hundred times longer. What is found then is read by range, which
	// skips most of the tables.
	public List<StoredTask> find(TaskFilter filter) {
		String sql = "select seq from (%s) as newest order by seq desc limit :limit"
			.formatted(newestOfEachTable(filter));
		List<Long> seqs = this.templates.get().queryForList(this.tables.apply(sql), parameters(filter), Long.class);
		return seqs.isEmpty() ? List.of() : find(seqs);
	}

	private String newestOfEachTable(TaskFilter filter) {
		String newest = "(select seq from %s where " + matching(filter) + " order by seq desc limit :limit)";
		StringJoiner all = new StringJoiner(" union all ");
		addIf(filter.statuses().stream().anyMatch((status) -> !status.isTerminal()), all,
				newest.formatted(isSameToBoth(filter) ? this.unfinished : UNFINISHED));
		addIf(filter.statuses().stream().anyMatch(TaskStatus::isTerminal), all,
				newest.formatted("gobstopper_task_history"));
		return all.toString();
	}

	private static boolean isSameToBoth(TaskFilter filter) {
		Set<TaskStatus> statuses = filter.statuses();
		return statuses.contains(TaskStatus.PENDING) == statuses.contains(TaskStatus.STARTED)
				&& filter.query().node() == null && !filter.query().withoutHandler();
	}

	private List<StoredTask> find(List<Long> newestFirst) {
		return this.templates.get()
			.query(this.tables.apply(FIND_BY_SEQ),
					new MapSqlParameterSource("seqs", newestFirst).addValue("newest", newestFirst.get(0))
						.addValue("oldest", newestFirst.get(newestFirst.size() - 1)),
					this.rowMapper);
	}

	public List<TaskKey> findKeys(TaskFilter filter, long afterSeq) {
		String sql = "select seq, id from gobstopper_task_all where %s and seq > :after order by seq limit :limit"
			.formatted(matching(filter));
		return this.templates.get()
			.query(this.tables.apply(sql), parameters(filter).addValue("after", afterSeq),
					(row, number) -> new TaskKey(row.getLong(1), row.getObject(2, UUID.class)));
	}

	public long count(TaskFilter filter) {
		Long count = this.templates.get()
			.queryForObject(this.tables.apply("select count(*) from gobstopper_task_all where " + matching(filter)),
					parameters(filter), Long.class);
		return (count != null) ? count : 0;
	}

	// Only what is asked for: naming a column makes the database read it.
	private static String matching(TaskFilter filter) {
		TaskQuery query = filter.query();
		StringJoiner conditions = new StringJoiner(" and ");
		conditions.add("true");
		addText(query.category(), conditions, "category = :category");
		addIf(!filter.statuses().equals(TaskFilter.ANY_STATUS), conditions, "status in (:statuses)");
		addText(query.name(), conditions, "name = :name");
		addText(query.schedule(), conditions,
				"id in (select task_id from gobstopper_schedule_run where schedule = :schedule)");
		addIf(query.createdSince() != null, conditions, "created_at >= :createdSince");
		addIf(query.createdUntil() != null, conditions, "created_at < :createdUntil");
		addIf(query.completedSince() != null, conditions, "completed_at >= :completedSince");
		addIf(query.completedUntil() != null, conditions, "completed_at < :completedUntil");
		addIf(query.asOf() != null, conditions,
				"created_at <= :asOf and (completed_at is null or completed_at <= :asOf)");
		addText(query.errorType(), conditions,
				"(error_type = :errorType or right(error_type, :simpleLength) = :simpleErrorType)");
		addText(query.node(), conditions,
				"(left(lease_owner, :ownerLength) = :owner or (lease_owner is null and node = :node))");
		addIf(query.crashed(), conditions, "crash_count > 0");
		addIf(query.withoutHandler(), conditions, "status in ('pending', 'retry') and name not in (:handled)");
		addIf(filter.fromSeq() != null, conditions, "seq >= :from");
		addIf(filter.beforeSeq() != null, conditions, "seq < :before");
		addText(query.text(), conditions, (idOf(query.text()) != null) ? "(id = :id or %s)".formatted(TEXT) : TEXT);
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

	// An id is searched for without what was copied around it.
	private static @Nullable String textOf(TaskQuery query) {
		String text = query.text();
		if (text == null) {
			return null;
		}
		return ((idOf(text) != null) ? text.strip() : text).toLowerCase(Locale.ROOT);
	}

	private static @Nullable UUID idOf(@Nullable String text) {
		return (text != null && ID.matcher(text.strip()).matches()) ? UUID.fromString(text.strip()) : null;
	}

	private static MapSqlParameterSource parameters(TaskFilter filter) {
		TaskQuery query = filter.query();
		String simpleErrorType = "." + query.errorType();
		String owner = query.node() + "#";
		return new MapSqlParameterSource().addValue("category", query.category())
			.addValue("statuses", filter.statuses().stream().map(TaskStatus::value).toList())
			.addValue("name", query.name())
			.addValue("schedule", query.schedule())
			.addValue("createdSince", timestamp(query.createdSince()))
			.addValue("createdUntil", timestamp(query.createdUntil()))
			.addValue("completedSince", timestamp(query.completedSince()))
			.addValue("completedUntil", timestamp(query.completedUntil()))
			.addValue("asOf", timestamp(query.asOf()))
			.addValue("errorType", query.errorType())
			.addValue("simpleErrorType", simpleErrorType)
			.addValue("simpleLength", simpleErrorType.length())
			.addValue("node", query.node())
			.addValue("owner", owner)
			.addValue("ownerLength", owner.length())
			.addValue("handled", filter.handled().isEmpty() ? List.of(NO_NAME) : filter.handled())
			.addValue("from", filter.fromSeq())
			.addValue("before", filter.beforeSeq())
			.addValue("id", idOf(query.text()))
			.addValue("text", textOf(query))
			.addValue("limit", filter.limit());
	}

	public List<StoredAttempt> attempts(StoredTask task) {
		List<StoredAttempt> attempts = new ArrayList<>(this.templates.get()
			.getJdbcOperations()
			.query(this.tables.apply(FIND_ATTEMPTS), this.attemptRowMapper, task.id()));
		StoredAttempt last = StoredAttempt.lastOf(task);
		if (last != null && attempts.stream().noneMatch(last::isSameAs)) {
			attempts.add(last);
		}
		return attempts;
	}

	public List<TaskCount> counts() {
		return this.templates.get()
			.getJdbcOperations()
			.query(this.tables.apply(COUNT_BY_CATEGORY_AND_STATUS),
					(row, number) -> new TaskCount(row.getString(1), TaskStatus.of(row.getString(2)), row.getLong(3)));
	}

	public Set<String> pausedCategories() {
		return new TreeSet<>(this.templates.get()
			.getJdbcOperations()
			.queryForList(this.tables.apply(FIND_PAUSED_CATEGORIES), String.class));
	}

	public static @Nullable LocalDateTime timestamp(@Nullable Instant instant) {
		return (instant != null) ? LocalDateTime.ofInstant(DueTimes.nearest(instant), ZoneOffset.UTC) : null;
	}

}
