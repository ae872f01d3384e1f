package io.gobstopper.store.postgresql.limit;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

/**
 * Gives tasks their turns in categories in which tasks of different fairness keys take
 * turns: in each turn one task of each key starts. A task gets its turn when it can be
 * claimed, the one after the last of its key, or after the turn that was reached.
 */
public final class PostgresTurns {

	/**
	 * What a statement returns of a task so that it gets a turn.
	 */
	public static final String COLUMNS = """
			task.seq, task.category, task.priority,
			case when position('%s' in task.trace_context) > 0 then task.trace_context end, task.attempt > 0
			""".formatted(TaskHeaders.FAIRNESS_KEY);

	// What was claimed is among them until its lease is renewed.
	private static final String FIND_LAST = """
			select greatest(
				coalesce((
					select reached from gobstopper_turn as turn
					where turn.category = line.category and turn.priority = line.priority
				), 0),
				coalesce((
					select task.turn from gobstopper_task as task
					where task.claimable and task.turn is not null and task.category = line.category
						and task.priority = line.priority and task.turn_key = line.turn_key
					order by task.turn desc
					limit 1
				), 0))
			from unnest(?::text[], ?::int[], ?::bigint[]) with ordinality as line (category, priority, turn_key, place)
			order by line.place
			""";

	private static final String GIVE = """
			update gobstopper_task as task set turn = given.turn, turn_key = given.turn_key
			from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as given (seq, turn, turn_key)
			where task.seq = given.seq
			""";

	private static final String BEGIN = """
			insert into gobstopper_turn (category, priority, reached)
			select ?, unnest(?::int[]), 0
			on conflict do nothing
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final Set<String> fair;

	/**
	 * Creates the turns.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 * @param fair the categories in which also tasks without a key get turns
	 */
	public PostgresTurns(JdbcTemplate jdbcTemplate, TableNames tables, Set<String> fair) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.fair = fair;
	}

	/**
	 * Notes which turn is reached from now on in a category.
	 * @param category the category
	 */
	public void begin(String category) {
		this.jdbcTemplate.update(this.tables.in(BEGIN),
				new PostgresParameters().value(category).ints(List.of(TaskPriority.values()), TaskPriority::level));
	}

	/**
	 * Reads the columns of a task.
	 * @param row the row, which begins with them
	 * @return the task
	 * @throws SQLException if they cannot be read
	 */
	public static Claimable read(ResultSet row) throws SQLException {
		return new Claimable(row.getLong(1), row.getString(2), row.getInt(3), row.getString(4), row.getBoolean(5));
	}

	/**
	 * Returns the turns of new tasks.
	 * @param tasks the tasks, of which some may have fairness keys
	 * @return the turns by the ids of the tasks that have
	 */
	public Map<UUID, Turn> next(Collection<StoredTask> tasks) {
		List<StoredTask> keyed = tasks.stream().filter((task) -> task.details().fairnessKey() != null).toList();
		if (keyed.isEmpty()) {
			return Map.of();
		}
		Map<UUID, Turn> turns = new HashMap<>();
		Map<Line, Long> last = last(keyed.stream().map(PostgresTurns::line).toList());
		for (StoredTask task : keyed) {
			Line line = line(task);
			turns.put(task.id(), new Turn(next(last, line), line.key()));
		}
		return turns;
	}

	private static Line line(StoredTask task) {
		return new Line(task.details().category(), task.details().priority().level(),
				hash(Objects.requireNonNullElse(task.details().fairnessKey(), "")));
	}

	private static long next(Map<Line, Long> last, Line line) {
		return last.merge(line, 1L, Long::sum);
	}

	/**
	 * Gives turns to tasks that can be claimed now. What is tried again, or was put off,
	 * has turns of its own beside those of its key, as it would else come behind all that
	 * wait already.
	 * @param tasks the tasks, of which some may have fairness keys
	 */
	public void give(Collection<Claimable> tasks) {
		List<Claimable> keyed = tasks.stream()
			.filter((task) -> task.headers() != null || this.fair.contains(task.category()))
			.sorted(Comparator.comparingLong(Claimable::seq))
			.toList();
		if (keyed.isEmpty()) {
			return;
		}
		List<Line> lines = keyed.stream().map(Claimable::line).toList();
		Map<Line, Long> last = last(lines);
		this.jdbcTemplate.update(this.tables.in(GIVE),
				new PostgresParameters().longs(keyed, Claimable::seq)
					.longs(lines, (line) -> next(last, line))
					.longs(lines, Line::key));
	}

	// Returns the turn of the last task of each line, or that which was reached.
	private Map<Line, Long> last(Collection<Line> tasks) {
		List<Line> lines = List.copyOf(Set.copyOf(tasks));
		Map<Line, Long> last = new HashMap<>();
		if (!lines.isEmpty()) {
			List<Long> found = this.jdbcTemplate.query(this.tables.in(FIND_LAST),
					new PostgresParameters().texts(lines, Line::category)
						.ints(lines, Line::priority)
						.longs(lines, Line::key),
					(row, number) -> row.getLong(1));
			for (int i = 0; i < lines.size(); i++) {
				last.put(lines.get(i), found.get(i));
			}
		}
		return last;
	}

	private static long hash(String key) {
		return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
	}

	/**
	 * When a task starts.
	 *
	 * @param number the turn
	 * @param key a hash of its fairness key
	 */
	public record Turn(long number, long key) {

	}

	/**
	 * A task that can be claimed.
	 *
	 * @param seq its number
	 * @param category its category
	 * @param priority its priority
	 * @param headers its headers, {@code null} if it has no fairness key
	 * @param again whether there were attempts before
	 */
	public record Claimable(long seq, String category, int priority, @Nullable String headers, boolean again) {

		/**
		 * Returns a task as one that can be claimed.
		 * @param task the task
		 * @return the same
		 */
		public static Claimable of(StoredTask task) {
			return new Claimable(task.seq(), task.details().category(), task.details().priority().level(),
					(task.details().fairnessKey() != null) ? task.details().headers() : null,
					task.state().counts().attempt() > 0);
		}

		private Line line() {
			long key = hash(Objects.requireNonNullElse(TaskHeaders.fairnessKey(this.headers), ""));
			boolean wasPutOff = this.again || TaskHeaders.snoozes(this.headers).count() > 0;
			return new Line(this.category, this.priority, wasPutOff ? ~key : key);
		}

	}

	/**
	 * The tasks that wait for each other.
	 */
	private record Line(String category, int priority, long key) {

	}

}
