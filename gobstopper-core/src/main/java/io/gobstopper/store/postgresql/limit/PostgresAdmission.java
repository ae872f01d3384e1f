package io.gobstopper.store.postgresql.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Admissions;
import io.gobstopper.store.limit.Admitted;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;

/**
 * Admits held tasks for which their limits have room: one process at a time, each on a
 * connection of its own, so that no claim and no end waits for it. How many have passed a
 * gate is asked after the turn has begun, so that all that others did before is seen.
 */
public final class PostgresAdmission {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final int MOST_GATES = 2000;

	private static final int MOST_OF_A_GATE = 1000;

	private static final int MOST_ROUNDS = 50;

	private static final String IS_ANY_WAITING = "select exists (select from gobstopper_gate where state = 1)";

	private static final String SET_UP = """
			select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true),
				set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
				set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true)
			""";

	private static final String TAKE_TURN = "select pg_advisory_xact_lock(hashtextextended(?, 0))";

	// Goes from gate to gate through the index.
	private static final String FIND_GATES = """
			with recursive found (gate) as (
				(select gate from gobstopper_gate where state = 1 and gate > ? order by gate limit 1)
				union all
				select (
					select next.gate from gobstopper_gate as next
					where next.state = 1 and next.gate > found.gate
					order by next.gate limit 1
				)
				from found where found.gate is not null
			)
			select gate from found where gate is not null limit ?
			""";

	// A row may have been left behind whose task is not there any more.
	private static final String COUNT_PASSED = """
			select wanted.gate, count(*)
			from unnest(?::text[]) as wanted (gate)
			join gobstopper_gate as passed on passed.gate = wanted.gate and passed.state = 2
			where exists (select from gobstopper_task as task where task.seq = passed.seq)
			group by wanted.gate
			""";

	// Tasks are locked before their gates, as by all others. What somebody else has
	// locked, or is not there any more, is passed over.
	private static final String PASS = """
			with room as materialized (
				select gate, tasks, (
						select head.seq from gobstopper_gate as head
						where head.gate = room.gate and head.state = 1 and head.priority = 0
							and (head.kept or head.due_at <= ?)
							and exists (select from gobstopper_task as task where task.seq = head.seq)
						order by head.seq
						limit 1
					) as head
				from unnest(?::text[], ?::int[]) as room (gate, tasks)
			),
			urgent as materialized (
				select room.gate, waiting.seq, waiting.place
				from room
				cross join lateral (
					select next.seq, next.place
					from gobstopper_gate as next
					join gobstopper_task as task on task.seq = next.seq
					where next.gate = room.gate and next.state = 1 and next.priority > 0
						and (room.head is null or next.seq < room.head)
						and (next.place > 0 or next.due_at <= ?) and next.name = any(?::text[]) %1$s
						and not exists (
							select from gobstopper_paused_category as paused where paused.category = next.category
						)
					order by next.priority desc, next.seq
					limit room.tasks
					for no key update of task skip locked
				) as waiting
			),
			first as materialized (
				select next.gate, next.seq, next.place
				from room
				join gobstopper_gate as next on next.gate = room.gate and next.seq = room.head
				join gobstopper_task as task on task.seq = next.seq
				where next.state = 1 and next.priority = 0 and next.due_at <= ? and next.name = any(?::text[]) %1$s
					and not exists (
						select from gobstopper_gate as other
						where other.gate = room.gate and other.state = 1 and other.priority > 0 and other.seq < room.head
							and (other.place > 0 or other.due_at <= ?)
					)
					and not exists (
						select from gobstopper_gate as passed
						join gobstopper_task as other on other.seq = passed.seq
						where passed.gate = room.gate and passed.state = 2
					)
					and not exists (
						select from gobstopper_paused_category as paused where paused.category = next.category
					)
				for no key update of task skip locked
			),
			free as (
				select gate, seq, place from urgent union all select gate, seq, place from first
			),
			passed as (
				update gobstopper_gate as gate set state = 2
				from free
				where gate.seq = free.seq and gate.place = free.place
				returning gate.seq, gate.place, gate.gate
			),
			further as (
				update gobstopper_gate as gate set state = 1
				from passed
				where gate.seq = passed.seq and gate.place = passed.place + 1
				returning gate.seq, gate.gate
			)
			select seq, gate, false from passed union all select seq, gate, true from further
			""";

	private static final String ONLY_CATEGORIES = "and next.category = any(?::text[])";

	private static final String ADMIT = """
			update gobstopper_task as task
			set due_at = due_at - %s, status = 'pending', claimable = true, progress = 0, progress_message = ''
			where seq = any(?::bigint[]) and %s
			returning %s
			""".formatted(PostgresGates.HELD, PostgresGates.IS_HELD, PostgresTurns.COLUMNS);

	private static final String ADMIT_AT = """
			update gobstopper_task as task
			set due_at = %s, status = 'pending', claimable = true, progress = 0, progress_message = ''
			from unnest(?::bigint[], ?::bigint[]) as admitted (seq, start_at)
			where task.seq = admitted.seq and %s
			returning %s, task.due_at
			""".formatted(PostgresParameters.timestamps("start_at")[0], PostgresGates.IS_HELD, PostgresTurns.COLUMNS);

	private final JdbcTemplate jdbcTemplate;

	private final TransactionTemplate transactionTemplate;

	private final TableNames tables;

	private final PostgresGates gates;

	private final PostgresPaces paces;

	private final PostgresTurns turns;

	private final PostgresLimitNumbers numbers;

	private final PostgresConflicts conflicts;

	private String sweptTo = "";

	/**
	 * Creates the admission.
	 * @param dataSource where connections come from
	 * @param tables where the tables are
	 * @param fair the categories in which also tasks without a key get turns
	 */
	public PostgresAdmission(DataSource dataSource, TableNames tables, Set<String> fair) {
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.transactionTemplate = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transactionTemplate.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		this.tables = tables;
		this.gates = new PostgresGates(this.jdbcTemplate, tables);
		this.paces = new PostgresPaces(this.jdbcTemplate, tables);
		this.turns = new PostgresTurns(this.jdbcTemplate, tables, fair);
		this.conflicts = new PostgresConflicts(this.jdbcTemplate, tables, this.paces);
		this.numbers = new PostgresLimitNumbers(this.jdbcTemplate, tables);
	}

	/**
	 * Admits tasks.
	 * @param request which may be
	 * @param changed the gates that may let one pass, or {@code null} for some of all
	 * @param announce tells the other processes of the categories, within the transaction
	 * @return what was admitted
	 */
	public synchronized Admissions admit(AdmissionRequest request, @Nullable Set<Gate> changed, Announcement announce) {
		if (changed == null && request.limits().isEmpty() && !isAnyWaiting()) {
			return Admissions.NONE;
		}
		Admissions admissions = this.transactionTemplate.execute((status) -> {
			takeTurn();
			if (changed == null) {
				this.numbers.declare(request);
				holdAgainWhatIsPaused();
			}
			Admissions admitted = admit(this.numbers.counting(request), (changed != null) ? changed : someGates());
			announce.announce(this.jdbcTemplate, admitted.categories());
			return admitted;
		});
		return (admissions != null) ? admissions : Admissions.NONE;
	}

	private boolean isAnyWaiting() {
		return Boolean.TRUE.equals(this.jdbcTemplate.queryForObject(this.tables.in(IS_ANY_WAITING), Boolean.class));
	}

	private void takeTurn() {
		String patience = Long.toString(PATIENCE.toMillis());
		this.jdbcTemplate.query(SET_UP, (row) -> {
		}, patience, patience);
		this.jdbcTemplate.query(TAKE_TURN, (row) -> {
		}, this.tables.in("gobstopper_gate"));
	}

	// A process may have admitted tasks while another one paused their category.
	private void holdAgainWhatIsPaused() {
		List<String> paused = this.jdbcTemplate.queryForList(this.tables.in(JdbcTaskReader.FIND_PAUSED_CATEGORIES),
				String.class);
		if (!paused.isEmpty()) {
			this.gates.holdAgain(paused);
		}
	}

	// From where the last ones ended.
	private Set<Gate> someGates() {
		List<String> found = this.jdbcTemplate.queryForList(this.tables.in(FIND_GATES), String.class, this.sweptTo,
				MOST_GATES);
		this.sweptTo = (found.size() < MOST_GATES) ? "" : found.get(found.size() - 1);
		Set<Gate> gates = new LinkedHashSet<>();
		found.forEach((gate) -> gates.add(Gate.parse(gate)));
		return gates;
	}

	private Admissions admit(AdmissionRequest request, Set<Gate> gates) {
		Set<Gate> visited = new LinkedHashSet<>(gates);
		List<Long> passed = new ArrayList<>();
		Set<Gate> open = gates;
		for (int round = 0; round < MOST_ROUNDS && !open.isEmpty(); round++) {
			Map<Gate, Integer> room = room(request, open);
			open = room.isEmpty() ? Set.of() : pass(request, room, passed);
			visited.addAll(open);
		}
		List<Admitted> admitted = this.paces.start(request, passed);
		Map<Instant, Set<String>> later = admitAt(admitted.stream().filter((task) -> task.startAt() != null).toList());
		Set<String> categories = admitNow(admitted.stream().filter((task) -> task.startAt() == null).toList());
		return new Admissions(categories, later, this.paces.openings(request, visited), request.limits(),
				this.numbers.until(), this.conflicts.find(request, visited), this.sweptTo.isEmpty());
	}

	private Set<String> admitNow(List<Admitted> tasks) {
		if (tasks.isEmpty()) {
			return Set.of();
		}
		List<PostgresTurns.Claimable> admitted = this.jdbcTemplate.query(this.tables.in(ADMIT),
				new PostgresParameters().longs(tasks, Admitted::seq), (row, number) -> PostgresTurns.read(row));
		this.turns.give(admitted);
		return admitted.stream().map(PostgresTurns.Claimable::category).collect(Collectors.toCollection(TreeSet::new));
	}

	private Map<Instant, Set<String>> admitAt(List<Admitted> tasks) {
		Map<Instant, Set<String>> categories = new TreeMap<>();
		if (!tasks.isEmpty()) {
			List<PostgresTurns.Claimable> admitted = new ArrayList<>();
			this.jdbcTemplate.query(this.tables.in(ADMIT_AT),
					new PostgresParameters().longs(tasks, Admitted::seq).times(tasks, Admitted::startAt),
					(RowCallbackHandler) (row) -> {
						categories
							.computeIfAbsent(StoredTaskRowMapper.requiredInstant(row, "due_at"),
									(time) -> new HashSet<>())
							.add(row.getString(2));
						admitted.add(PostgresTurns.read(row));
					});
			this.turns.give(admitted);
		}
		return categories;
	}

	private Map<Gate, Integer> room(AdmissionRequest request, Collection<Gate> gates) {
		Set<Gate> closed = this.paces.closed(gates, request.now()).keySet();
		Map<Gate, Integer> room = new HashMap<>();
		gates.stream()
			.filter((gate) -> !closed.contains(gate))
			.forEach((gate) -> room.put(gate, request.capacity(gate)));
		List<Gate> limited = room.keySet()
			.stream()
			.filter((gate) -> request.capacity(gate) < Integer.MAX_VALUE)
			.toList();
		if (!limited.isEmpty()) {
			this.jdbcTemplate.query(this.tables.in(COUNT_PASSED),
					new PostgresParameters().texts(limited, Gate::toString), (RowCallbackHandler) (row) -> room
						.merge(Gate.parse(row.getString(1)), -row.getInt(2), Integer::sum));
		}
		this.paces.uses(request, room.keySet())
			.forEach((gate, use) -> room.merge(gate,
					Objects.requireNonNull(request.pace(gate)).room(request.now(), request.ahead(), use), Math::min));
		room.values().removeIf((tasks) -> tasks <= 0);
		return room;
	}

	// Returns the gates before which tasks wait now that have passed others.
	private Set<Gate> pass(AdmissionRequest request, Map<Gate, Integer> room, List<Long> admitted) {
		List<Map.Entry<Gate, Integer>> gates = List.copyOf(room.entrySet());
		PostgresParameters parameters = new PostgresParameters().value(request.now())
			.texts(gates, (each) -> each.getKey().toString())
			.ints(gates, (each) -> Math.min(each.getValue(), MOST_OF_A_GATE))
			.value(request.now());
		mayRun(request, parameters);
		parameters.value(request.now());
		mayRun(request, parameters);
		parameters.value(request.now());
		Set<Gate> further = new LinkedHashSet<>();
		Set<Long> waiting = new HashSet<>();
		Map<Long, Gate> passed = new LinkedHashMap<>();
		this.jdbcTemplate.query(this.tables.in(PASS.formatted(request.categories().isEmpty() ? "" : ONLY_CATEGORIES)),
				parameters, (RowCallbackHandler) (row) -> {
					Gate gate = Gate.parse(row.getString(2));
					if (row.getBoolean(3)) {
						further.add(gate);
						waiting.add(row.getLong(1));
					}
					else {
						passed.put(row.getLong(1), gate);
					}
				});
		passed.keySet().stream().filter((seq) -> !waiting.contains(seq)).forEach(admitted::add);
		Map<Gate, Long> counts = passed.values()
			.stream()
			.collect(Collectors.groupingBy((gate) -> gate, Collectors.counting()));
		counts.forEach((gate, tasks) -> {
			if (tasks >= MOST_OF_A_GATE) {
				further.add(gate);
			}
		});
		return further;
	}

	private static void mayRun(AdmissionRequest request, PostgresParameters parameters) {
		parameters.texts(request.names(), (name) -> name);
		if (!request.categories().isEmpty()) {
			parameters.texts(request.categories(), (category) -> category);
		}
	}

	/**
	 * Tells other processes of tasks.
	 */
	public interface Announcement {

		/**
		 * Announces work.
		 * @param jdbcTemplate the connection of the transaction
		 * @param categories the categories in which tasks can be claimed once it is
		 * committed
		 */
		void announce(JdbcTemplate jdbcTemplate, Collection<String> categories);

	}

}
