package io.gobstopper.store.postgresql.limit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;

/**
 * Sees to tasks without a turn, and to keys whose tasks would wait for turns that are far
 * away, or have turns that are long over. Each time it looks at some, from where it ended
 * the last time.
 */
public final class PostgresTurnRepairs {

	private static final String FIND_WITHOUT = """
			with examined as (
				select * from gobstopper_task
				where claimable and status = 'pending' and category = ? and priority = ? and seq > ?
				order by seq
				limit ?
			)
			select %s, found.last, found.number
			from (select coalesce(max(seq), 0) as last, count(*) as number from examined) as found
			left join examined as task on task.turn is null
			""".formatted(PostgresTurns.COLUMNS);

	private static final String FIND_FIRST = """
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
			select line.priority, line.turn_key, line.turn - turn.reached from line
			join gobstopper_turn as turn on turn.category = ? and turn.priority = line.priority
			where line.number > 0
			order by line.number
			""";

	// The first tasks, from the next turn on.
	private static final String MOVE_FORWARD = """
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

	// All tasks of a key, unless they are very many.
	private static final String MOVE_BACK = """
			update gobstopper_task as task set turn = moved.turn
			from unnest(?::int[], ?::bigint[]) as line (priority, turn_key)
			join gobstopper_turn as turn on turn.category = ? and turn.priority = line.priority
			cross join lateral (
				select seq, turn.reached + row_number() over (order by waiting.turn, seq) as turn,
					count(*) over () as number
				from (
					select next.seq, next.turn from gobstopper_task as next
					where next.claimable and next.turn is not null and next.category = turn.category
						and next.priority = line.priority and next.turn_key = line.turn_key and next.status = 'pending'
					order by next.turn
					limit ?
					for update of next skip locked
				) as waiting
			) as moved
			where task.seq = moved.seq and moved.number < ?
			""";

	private static final int MOST_EXAMINED = 5000;

	private static final int MOST_KEYS = 2000;

	private static final int MOST_MOVED = 5000;

	// What two processes claim at once may be so far apart.
	private static final long TOLERATED = 100;

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final PostgresTurns turns;

	private final Map<String, Position> examined = new HashMap<>();

	private final Map<String, Position> looked = new HashMap<>();

	/**
	 * Creates the repairs.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 * @param turns gives tasks their turns
	 */
	public PostgresTurnRepairs(JdbcTemplate jdbcTemplate, TableNames tables, PostgresTurns turns) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.turns = turns;
	}

	/**
	 * Repairs some of each category.
	 * @param categories the categories
	 */
	public void repair(Collection<String> categories) {
		for (String category : Set.copyOf(categories)) {
			giveTurns(category);
			move(category);
		}
	}

	private void giveTurns(String category) {
		Position from = this.examined.getOrDefault(category, new Position(TaskPriority.CRITICAL.level(), 0));
		List<PostgresTurns.Claimable> without = new ArrayList<>();
		Map<String, Long> found = new HashMap<>();
		this.jdbcTemplate.query(this.tables.in(FIND_WITHOUT),
				new PostgresParameters().value(category)
					.value(from.priority())
					.value(from.number())
					.value(MOST_EXAMINED),
				(RowCallbackHandler) (row) -> {
					if (row.getString(2) != null) {
						without.add(PostgresTurns.read(row));
					}
					found.put("last", row.getLong(6));
					found.put("number", row.getLong(7));
				});
		this.turns.give(without);
		if (found.getOrDefault("number", 0L) == MOST_EXAMINED) {
			this.examined.put(category, new Position(from.priority(), found.getOrDefault("last", 0L)));
		}
		else {
			int next = (from.priority() > TaskPriority.LOW.level()) ? from.priority() - 1
					: TaskPriority.CRITICAL.level();
			this.examined.put(category, new Position(next, 0));
		}
	}

	private void move(String category) {
		Position from = this.looked.getOrDefault(category, new Position(0, 0));
		List<Position> far = new ArrayList<>();
		List<Position> over = new ArrayList<>();
		List<Position> lines = this.jdbcTemplate.query(this.tables.in(FIND_FIRST),
				new PostgresParameters().value(from.priority())
					.value(from.number())
					.value(category)
					.value(MOST_KEYS)
					.value(category),
				(row, number) -> {
					Position line = new Position(row.getInt(1), row.getLong(2));
					if (row.getLong(3) > TOLERATED) {
						far.add(line);
					}
					else if (row.getLong(3) < -TOLERATED) {
						over.add(line);
					}
					return line;
				});
		if (!far.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(MOVE_FORWARD),
					lines(far, category).value(MOST_MOVED / far.size() + 1));
		}
		if (!over.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(MOVE_BACK),
					lines(over, category).value(MOST_MOVED).value(MOST_MOVED));
		}
		if (lines.size() < MOST_KEYS) {
			this.looked.remove(category);
		}
		else {
			this.looked.put(category, lines.get(lines.size() - 1));
		}
	}

	private static PostgresParameters lines(List<Position> lines, String category) {
		return new PostgresParameters().ints(lines, Position::priority).longs(lines, Position::number).value(category);
	}

	/**
	 * A place among the tasks of a category: a priority, and the number of a task or the
	 * hash of a key.
	 */
	private record Position(int priority, long number) {

	}

}
