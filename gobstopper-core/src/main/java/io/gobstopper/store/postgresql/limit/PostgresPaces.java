package io.gobstopper.store.postgresql.limit;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Admitted;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Pace;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.TableNames;

/**
 * How fast tasks may pass gates, and which are closed.
 */
final class PostgresPaces {

	private static final String FIND_CLOSED = """
			select gate, closed_until from gobstopper_closed_gate where closed_until > ? and gate = any(?::text[])
			""";

	private static final String FIND_SPENT = """
			select gate, spent_until from gobstopper_spent_rate where gate = any(?::text[])
			""";

	private static final String COUNT_UNSTARTED = """
			select wanted.gate, count(*) filter (where task.status = 'pending' and not (%1$s)), count(*) filter (where %1$s)
			from unnest(?::text[]) as wanted (gate)
			join gobstopper_gate as passed on passed.gate = wanted.gate and passed.state = 2
			join gobstopper_task as task on task.seq = passed.seq
			group by wanted.gate
			"""
		.formatted(PostgresGates.IS_HELD.replace("due_at", "task.due_at"));

	private static final String FIND_GATES_OF = """
			select seq, gate from gobstopper_gate where seq = any(?::bigint[]) order by priority desc, seq, place
			""";

	private static final String FIND_WAITING = """
			select gate from unnest(?::text[]) as visited (gate)
			where exists (select from gobstopper_gate as next where next.gate = visited.gate and next.state = 1)
			""";

	private static final String SPEND = """
			insert into gobstopper_spent_rate as spent (gate, spent_until)
			select gate, %s from unnest(?::text[], ?::bigint[]) as used (gate, spent_until)
			on conflict (gate) do update set spent_until = excluded.spent_until
			""".formatted(PostgresParameters.timestamps("spent_until"));

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	PostgresPaces(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	// Returns until when those gates are closed that are.
	Map<Gate, Instant> closed(Collection<Gate> gates, Instant now) {
		return times(FIND_CLOSED, new PostgresParameters().value(now).texts(gates, Gate::toString));
	}

	private Map<Gate, Instant> times(String sql, PostgresParameters parameters) {
		Map<Gate, Instant> times = new HashMap<>();
		this.jdbcTemplate.query(this.tables.in(sql), parameters, (RowCallbackHandler) (row) -> times
			.put(Gate.parse(row.getString(1)), row.getObject(2, LocalDateTime.class).toInstant(ZoneOffset.UTC)));
		return times;
	}

	/**
	 * Returns what is used of rates.
	 * @param request which gates have one
	 * @param gates the gates
	 * @return what is used of those that have
	 */
	Map<Gate, Pace.Use> uses(AdmissionRequest request, Collection<Gate> gates) {
		List<Gate> paced = gates.stream().filter((gate) -> request.pace(gate) != null).toList();
		Map<Gate, Pace.Use> uses = new HashMap<>();
		if (!paced.isEmpty()) {
			Map<Gate, Instant> spent = times(FIND_SPENT, new PostgresParameters().texts(paced, Gate::toString));
			cut(request, spent);
			paced.forEach((gate) -> uses.put(gate, new Pace.Use(spent.getOrDefault(gate, Instant.EPOCH), 0, 0)));
			this.jdbcTemplate.query(this.tables.in(COUNT_UNSTARTED),
					new PostgresParameters().texts(paced, Gate::toString), (RowCallbackHandler) (row) -> {
						Gate gate = Gate.parse(row.getString(1));
						Instant spentUntil = spent.getOrDefault(gate, Instant.EPOCH);
						uses.put(gate, new Pace.Use(spentUntil, row.getLong(2), row.getLong(3)));
					});
		}
		return uses;
	}

	private void cut(AdmissionRequest request, Map<Gate, Instant> spent) {
		Map<Gate, Instant> cut = new HashMap<>();
		spent.forEach((gate, until) -> {
			Instant most = pace(request, gate).atMost(until, request.now(), request.ahead());
			if (most.isBefore(until)) {
				cut.put(gate, most);
			}
		});
		spend(cut);
		spent.putAll(cut);
	}

	/**
	 * Admits tasks that have passed their last gates.
	 * @param request which gates have rates
	 * @param seqs the numbers of the tasks
	 * @return when each may start
	 */
	List<Admitted> start(AdmissionRequest request, List<Long> seqs) {
		if (seqs.isEmpty() || request.limits().values().stream().allMatch((numbers) -> numbers.rate() == null)) {
			return seqs.stream().map((seq) -> new Admitted(seq, null)).toList();
		}
		Map<Long, List<Gate>> gates = pacedGates(request, seqs);
		Map<Gate, Pace.Use> uses = uses(request, gates.values().stream().flatMap(List::stream).distinct().toList());
		List<Admitted> admitted = new ArrayList<>();
		gates.forEach((seq, paced) -> admitted.add(start(request, seq, paced, uses)));
		Map<Gate, Instant> spent = new HashMap<>();
		uses.forEach((gate, use) -> spent.put(gate, use.spentUntil()));
		spend(spent);
		return admitted;
	}

	private void spend(Map<Gate, Instant> spent) {
		if (!spent.isEmpty()) {
			List<Map.Entry<Gate, Instant>> used = List.copyOf(spent.entrySet());
			this.jdbcTemplate.update(this.tables.in(SPEND),
					new PostgresParameters().texts(used, (each) -> each.getKey().toString())
						.times(used, Map.Entry::getValue));
		}
	}

	private Map<Long, List<Gate>> pacedGates(AdmissionRequest request, List<Long> seqs) {
		Map<Long, List<Gate>> gates = new LinkedHashMap<>();
		this.jdbcTemplate.query(this.tables.in(FIND_GATES_OF), new PostgresParameters().longs(seqs, (seq) -> seq),
				(RowCallbackHandler) (row) -> {
					List<Gate> paced = gates.computeIfAbsent(row.getLong(1), (seq) -> new ArrayList<>());
					Gate gate = Gate.parse(row.getString(2));
					if (request.pace(gate) != null) {
						paced.add(gate);
					}
				});
		return gates;
	}

	// Each rate allows it to start at that time.
	private static Admitted start(AdmissionRequest request, long seq, List<Gate> paced, Map<Gate, Pace.Use> uses) {
		Instant now = request.now();
		Instant start = now;
		for (Gate gate : paced) {
			Instant next = pace(request, gate).next(now, admittedOnly(uses, gate));
			start = next.isAfter(start) ? next : start;
		}
		for (Gate gate : paced) {
			Pace.Use use = admittedOnly(uses, gate);
			Instant spentUntil = pace(request, gate).spent(start, now, use);
			uses.put(gate, new Pace.Use(spentUntil, use.admitted() + 1, use.passed()));
		}
		return new Admitted(seq, start.isAfter(now) ? start : null);
	}

	private static Pace.Use admittedOnly(Map<Gate, Pace.Use> uses, Gate gate) {
		Pace.Use use = Objects.requireNonNull(uses.get(gate));
		return new Pace.Use(use.spentUntil(), use.admitted(), 0);
	}

	/**
	 * Returns when to look at gates again before which tasks wait.
	 * @param request which have rates
	 * @param visited the gates
	 * @return the gates by time
	 */
	Map<Instant, Set<Gate>> openings(AdmissionRequest request, Collection<Gate> visited) {
		Instant now = request.now();
		Map<Gate, Instant> closed = closed(visited, now);
		List<Gate> timed = visited.stream()
			.filter((gate) -> closed.containsKey(gate) || request.pace(gate) != null)
			.toList();
		if (timed.isEmpty()) {
			return Map.of();
		}
		Map<Gate, Pace.Use> uses = uses(request, timed);
		remember(request, uses);
		Map<Instant, Set<Gate>> openings = new TreeMap<>();
		for (String text : this.jdbcTemplate.query(this.tables.in(FIND_WAITING),
				new PostgresParameters().texts(timed, Gate::toString), (row, number) -> row.getString(1))) {
			Gate gate = Gate.parse(text);
			Pace.Use use = uses.get(gate);
			Instant opensAt = closed.getOrDefault(gate,
					(use != null) ? pace(request, gate).opensAt(now, request.ahead(), use) : now);
			if (opensAt.isAfter(now)) {
				openings.computeIfAbsent(opensAt, (time) -> new HashSet<>()).add(gate);
			}
		}
		return openings;
	}

	// What could have started already starts now, at the earliest.
	private void remember(AdmissionRequest request, Map<Gate, Pace.Use> uses) {
		Map<Gate, Instant> late = new HashMap<>();
		uses.forEach((gate, use) -> {
			Instant spentUntil = pace(request, gate).whenStarted(request.now(), use);
			if (use.admitted() > 0 && spentUntil.isAfter(use.spentUntil())) {
				late.put(gate, spentUntil);
			}
		});
		spend(late);
	}

	private static Pace pace(AdmissionRequest request, Gate gate) {
		return Objects.requireNonNull(request.pace(gate));
	}

}
