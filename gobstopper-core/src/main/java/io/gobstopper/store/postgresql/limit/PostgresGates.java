package io.gobstopper.store.postgresql.limit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.task.StoredTask;

/**
 * Which gates unfinished tasks have to pass. Whoever changes what a task has to pass has
 * its row in the table of tasks locked before.
 */
public final class PostgresGates {

	/**
	 * How much later a held task is stored as due.
	 */
	public static final String HELD = "interval '%d days'".formatted(DueTimes.HELD_DAYS);

	/**
	 * The condition that is true for a held task.
	 */
	public static final String IS_HELD = DueTimes.IS_HELD;

	/**
	 * The priority of those that pass a gate in the order of their numbers.
	 */
	static final int IN_ORDER = 0;

	private static final int TO_COME = 0;

	private static final int WAITING = 1;

	private static final int PASSED = 2;

	private static final String ADD = """
			insert into gobstopper_gate (seq, place, gate, state, name, category, priority, due_at, kept)
			select seq, place, gate, state, name, category, priority, %s, kept
			from unnest(?::bigint[], ?::int[], ?::text[], ?::int[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::bool[])
				as gate (seq, place, gate, state, name, category, priority, due_at, kept)
			"""
		.formatted(PostgresParameters.timestamps("due_at"));

	// What somebody has locked is found the next time.
	private static final String HOLD_AGAIN = """
			with passed as (
				select task.seq from gobstopper_task as task
				where task.seq = any(array(
						select gate.seq from gobstopper_gate as gate where gate.state = 2 and gate.%%s = any(?::text[])
					)) and task.status in ('pending', 'retry')
				order by task.seq
				for no key update skip locked
			)
			update gobstopper_task as task
			set due_at = case when %s then due_at else due_at + %s end, claimable = false
			from passed
			where task.seq = passed.seq
			returning task.*
			""".formatted(IS_HELD, HELD);

	private static final String SET_DUE = "update gobstopper_gate set due_at = ? where seq = any(?::bigint[])";

	private static final String REMOVE = "delete from gobstopper_gate where seq = any(?::bigint[])";

	private static final String CLOSE = """
			insert into gobstopper_closed_gate as closed (gate, closed_until)
			select gate, ? from unnest(?::text[]) as closing (gate)
			on conflict (gate) do update set closed_until = excluded.closed_until
			where closed.closed_until < excluded.closed_until
			""";

	private static final String OPEN = "delete from gobstopper_closed_gate where gate = any(?::text[])";

	private static final String FORGET_SPENT = """
			delete from gobstopper_spent_rate where gate = any(array(
				select gate from gobstopper_spent_rate where spent_until < ? for update skip locked
			))
			""";

	private static final String FORGET_CLOSED = """
			delete from gobstopper_closed_gate where gate = any(array(
				select gate from gobstopper_closed_gate where closed_until < ? for update skip locked
			))
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	/**
	 * Creates the gates.
	 * @param jdbcTemplate the connection
	 * @param tables where the tables are
	 */
	public PostgresGates(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	/**
	 * Stores what tasks have to pass that are new.
	 * @param tasks the tasks, of which some may have limits
	 */
	public void added(Collection<StoredTask> tasks) {
		List<Row> rows = new ArrayList<>();
		for (StoredTask task : tasks) {
			if (task.isLimited() && !task.status().isTerminal()) {
				List<Gate> gates = Gate.of(task);
				Gate inOrder = Gate.inOrder(task);
				for (int place = 0; place < gates.size(); place++) {
					int state = (place != 0) ? TO_COME : WAITING;
					rows.add(new Row(task, gates.get(place), place, task.isHeld() ? state : PASSED,
							gates.get(place).equals(inOrder)));
				}
			}
		}
		if (!rows.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(ADD),
					new PostgresParameters().longs(rows, (row) -> row.task().seq())
						.ints(rows, Row::place)
						.texts(rows, (row) -> row.gate().toString())
						.ints(rows, Row::state)
						.texts(rows, (row) -> row.task().details().name())
						.texts(rows, (row) -> row.task().details().category())
						.ints(rows, (row) -> row.inOrder() ? IN_ORDER : row.task().details().priority().level())
						.times(rows, (row) -> row.task().dueAt())
						.booleans(rows, (row) -> row.inOrder() && Gate.isKeptInOrder(row.task())));
		}
	}

	/**
	 * Stores what tasks have to pass that have changed.
	 * @param tasks the tasks, of which some may have limits
	 */
	public void changed(Collection<StoredTask> tasks) {
		List<StoredTask> limited = tasks.stream().filter(StoredTask::isLimited).toList();
		if (!limited.isEmpty()) {
			removeOf(limited);
			added(limited);
		}
	}

	/**
	 * Takes back what tasks have passed that have not started.
	 * @param categories their categories
	 */
	public void holdAgain(Collection<String> categories) {
		holdAgain("category", categories);
	}

	private void holdAgain(String column, Collection<String> values) {
		changed(this.jdbcTemplate.query(this.tables.in(HOLD_AGAIN.formatted(column)),
				new PostgresParameters().texts(values, (value) -> value), this.rowMapper));
	}

	/**
	 * Says when held tasks are due.
	 * @param seqs the numbers of the tasks
	 * @param dueAt when they are
	 */
	public void due(Collection<Long> seqs, Instant dueAt) {
		if (!seqs.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(SET_DUE),
					new PostgresParameters().value(dueAt).longs(seqs, (seq) -> seq));
		}
	}

	/**
	 * Forgets what tasks had to pass.
	 * @param tasks the tasks, with limits or before their limits changed
	 */
	public void removeOf(Collection<StoredTask> tasks) {
		this.jdbcTemplate.update(this.tables.in(REMOVE), new PostgresParameters().longs(tasks, StoredTask::seq));
	}

	/**
	 * Lets nothing pass gates for a time, and takes back what has passed them and has not
	 * started.
	 * @param closing the gates
	 * @param until when the time is over
	 */
	public void close(Collection<Gate> closing, Instant until) {
		List<String> gates = closing.stream().map(Gate::toString).sorted().toList();
		this.jdbcTemplate.update(this.tables.in(CLOSE),
				new PostgresParameters().value(until).texts(gates, (gate) -> gate));
		holdAgain("gate", gates);
	}

	/**
	 * Lets tasks pass gates again.
	 * @param opening the gates
	 */
	public void open(Collection<Gate> opening) {
		this.jdbcTemplate.update(this.tables.in(OPEN),
				new PostgresParameters().texts(opening.stream().map(Gate::toString).sorted().toList(), (gate) -> gate));
	}

	/**
	 * Forgets times of gates that are over.
	 * @param now the time
	 */
	public void forgetBefore(Instant now) {
		this.jdbcTemplate.update(this.tables.in(FORGET_SPENT), new PostgresParameters().value(now));
		this.jdbcTemplate.update(this.tables.in(FORGET_CLOSED), new PostgresParameters().value(now));
	}

	/**
	 * A gate of a task.
	 */
	private record Row(StoredTask task, Gate gate, int place, int state, boolean inOrder) {

	}

}
