package io.gobstopper.store.postgresql.limit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
	 * What a statement returns of a task so that it gets a turn: its headers, if they
	 * have a fairness key.
	 */
	public static final String HEADERS = "case when position('%s' in task.trace_context) > 0 then task.trace_context end"
		.formatted(TaskHeaders.FAIRNESS_KEY);

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

	// All that was enqueued before has one key.
	private static final String ADOPT = """
			with unknown as (
				select seq from gobstopper_task
				where claimable and status = 'pending' and category = ? and turn is null
				for update skip locked
			),
			numbered as (
				select task.seq, turn.reached + row_number() over (partition by task.priority order by task.seq) as turn
				from unknown
				join gobstopper_task as task on task.seq = unknown.seq
				join gobstopper_turn as turn on turn.category = task.category and turn.priority = task.priority
			)
			update gobstopper_task as task set turn = numbered.turn, turn_key = ?
			from numbered
			where task.seq = numbered.seq
			""";

	// Looks at the first task of some keys, from where it ended the last time.
	private static final String FIND_LATE = """
			with recursive line (priority, turn_key, turn, number) as (
				select ?::smallint, ?::bigint, 0::bigint, 0
				union all
				select next.priority, next.turn_key, next.turn, line.number + 1
				from line
				cross join lateral (
					select task.priority, task.turn_key, task.turn from gobstopper_task as task
					where task.claimable and task.turn is not null and task.status = 'pending' and task.category = ?
						and (task.priority, task.turn_key) > (line.priority, line.turn_key)
					order by task.priority, task.turn_key, task.turn
					limit 1
				) as next
				where line.number < ?
			)
			select line.priority, line.turn_key, line.turn > turn.reached + 1 from line
			join gobstopper_turn as turn on turn.category = ? and turn.priority = line.priority
			where line.number > 0
			order by line.number
			""";

	private static final String MOVE_UP = """
			update gobstopper_task as task set turn = moved.turn
			from unnest(?::int[], ?::bigint[]) as line (priority, turn_key)
			join gobstopper_turn as turn on turn.category = ? and turn.priority = line.priority
			cross join lateral (
				select seq, turn.reached + row_number() over (order by waiting.turn, seq) as turn
				from (
					select next.seq, next.turn from gobstopper_task as next
					where next.claimable and next.turn is not null and next.category = turn.category
						and next.priority = line.priority and next.turn_key = line.turn_key and next.status = 'pending'
					order by next.turn
					limit ?
					for update of next skip locked
				) as waiting
			) as moved
			where task.seq = moved.seq and task.turn > moved.turn
			""";

	private static final int MOST_LINES = 2000;

	private static final int MOST_OF_A_LINE = 1000;

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final Map<String, Line> lookedUntil = new HashMap<>();

	/**
	 * Creates the turns.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 */
	public PostgresTurns(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	/**
	 * Begins to give turns to the tasks of a category, also to those that wait already.
	 * @param category the category
	 */
	public void begin(String category) {
		this.jdbcTemplate.update(this.tables.in(BEGIN),
				new PostgresParameters().value(category).ints(List.of(TaskPriority.values()), TaskPriority::level));
		this.jdbcTemplate.update(this.tables.in(ADOPT), new PostgresParameters().value(category).value(hash("")));
	}

	/**
	 * Moves up tasks of keys that would wait for turns of others which were cancelled.
	 * Looks at some of the keys of each category.
	 * @param categories the categories
	 */
	public void closeGaps(Collection<String> categories) {
		for (String category : categories) {
			Line from = this.lookedUntil.getOrDefault(category, new Line(category, 0, 0));
			List<Line> late = new ArrayList<>();
			List<Line> lines = this.jdbcTemplate.query(this.tables.in(FIND_LATE),
					new PostgresParameters().value(from.priority())
						.value(from.key())
						.value(category)
						.value(MOST_LINES)
						.value(category),
					(row, number) -> {
						Line line = new Line(category, row.getInt(1), row.getLong(2));
						if (row.getBoolean(3)) {
							late.add(line);
						}
						return line;
					});
			if (!late.isEmpty()) {
				this.jdbcTemplate.update(this.tables.in(MOVE_UP),
						new PostgresParameters().ints(late, Line::priority)
							.longs(late, Line::key)
							.value(category)
							.value(MOST_OF_A_LINE));
			}
			if (lines.size() < MOST_LINES) {
				this.lookedUntil.remove(category);
			}
			else {
				this.lookedUntil.put(category, lines.get(lines.size() - 1));
			}
		}
	}

	/**
	 * Returns the turns of new tasks. One that is claimed already is counted as if it had
	 * had its turn.
	 * @param tasks the tasks, of which some may have fairness keys
	 * @return the turns by the ids of the tasks that have
	 */
	public Map<UUID, Turn> next(Collection<StoredTask> tasks) {
		Map<UUID, Turn> turns = new HashMap<>();
		List<StoredTask> keyed = tasks.stream().filter((task) -> task.details().fairnessKey() != null).toList();
		Map<Line, Long> last = last(keyed.stream().map(PostgresTurns::line).toList());
		for (StoredTask task : keyed) {
			Line line = line(task);
			long turn = (task.state().lease() != null) ? last.getOrDefault(line, 0L) : next(last, line);
			turns.put(task.id(), new Turn(turn, line.key()));
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
	 * Gives turns to tasks that can be claimed now.
	 * @param tasks the tasks, of which some may have fairness keys
	 */
	public void give(Collection<Claimable> tasks) {
		List<Claimable> keyed = tasks.stream()
			.filter((task) -> task.headers() != null)
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
	 */
	public record Claimable(long seq, String category, int priority, @Nullable String headers) {

		private Line line() {
			return new Line(this.category, this.priority,
					hash(Objects.requireNonNullElse(TaskHeaders.fairnessKey(this.headers), "")));
		}

	}

	/**
	 * The tasks that wait for each other.
	 */
	private record Line(String category, int priority, long key) {

	}

}
