package io.gobstopper.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Pace;
import io.gobstopper.store.task.StoredTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When tasks with a rate started, and when the next ones may: not before a time, and at
 * another time at the latest. What has waited for a worker may be taken for what starts
 * now, or not.
 */
final class RateModel {

	private final Map<Gate, Instant> least = new HashMap<>();

	private final Map<Gate, Instant> most = new HashMap<>();

	// What is over is cut when it is read, which one transaction does once.
	private final Map<Gate, Instant> mostNow = new HashMap<>();

	private final Map<Gate, List<Instant>> starts = new HashMap<>();

	private final Map<Gate, Instant> closed = new HashMap<>();

	void takeOver(RateModel other) {
		this.least.putAll(other.least);
		this.most.putAll(other.most);
		this.closed.putAll(other.closed);
		other.starts.forEach((gate, all) -> this.starts.put(gate, new ArrayList<>(all)));
	}

	void close(Gate gate, Instant until) {
		this.closed.merge(gate, until, RateModel::later);
	}

	void open(Gate gate) {
		this.closed.remove(gate);
	}

	boolean isClosed(Gate gate, Instant now) {
		return this.closed.getOrDefault(gate, Instant.EPOCH).isAfter(now);
	}

	// What is over may be as if it had never been.
	void forgetBefore(Instant now) {
		this.least.values().removeIf((until) -> until.isBefore(now));
		this.starts.keySet().retainAll(this.least.keySet());
		this.closed.values().removeIf((until) -> until.isBefore(now));
	}

	// Whether a task may be the next one. Several are admitted at once.
	boolean fits(StoredTask task, Instant dueAt, Collection<StoredTask> unstarted, AdmissionRequest request) {
		return paced(task, request).stream().allMatch((gate) -> {
			Instant start = start(task, dueAt, gate, with(gate, unstarted), request);
			return !start.isBefore(first(gate, with(gate, unstarted), request))
					&& !start.isAfter(last(gate, with(gate, unstarted), request));
		});
	}

	// A task that starts now keeps its own due time, which may be any other.
	private Instant start(StoredTask task, Instant dueAt, Gate gate, long admitted, AdmissionRequest request) {
		boolean hasOwn = dueAt.equals(task.dueAt()) || dueAt.isBefore(request.now());
		return (hasOwn && !first(gate, admitted, request).isAfter(request.now())) ? request.now() : dueAt;
	}

	private Instant first(Gate gate, long admitted, AdmissionRequest request) {
		Pace pace = Objects.requireNonNull(request.pace(gate));
		return pace.next(request.now(), new Pace.Use(spent(this.least, pace, gate, request), admitted, 0));
	}

	private Instant last(Gate gate, long admitted, AdmissionRequest request) {
		Pace pace = Objects.requireNonNull(request.pace(gate));
		return pace.next(request.now(), new Pace.Use(mostSpent(pace, gate, request), admitted, 0));
	}

	private Instant mostSpent(Pace pace, Gate gate, AdmissionRequest request) {
		return later(spent(this.most, pace, gate, request), this.mostNow.getOrDefault(gate, Instant.EPOCH));
	}

	// Checks that a task starts when it may, and that never more do than the rate allows.
	void start(StoredTask task, Instant dueAt, Collection<StoredTask> unstarted, AdmissionRequest request) {
		Instant now = request.now();
		cutLeast(request);
		assertThat(Gate.of(task).size() == 2 && Gate.of(task).stream().anyMatch((gate) -> isClosed(gate, now)))
			.isFalse();
		for (Gate gate : paced(task, request)) {
			Pace pace = Objects.requireNonNull(request.pace(gate));
			long admitted = with(gate, unstarted);
			Instant start = start(task, dueAt, gate, admitted, request);
			assertThat(start).as("%s of %s at %s", task.seq(), gate, now)
				.isBetween(first(gate, admitted, request), last(gate, admitted, request));
			Instant most = pace.spent(start, now, new Pace.Use(mostSpent(pace, gate, request), admitted, 0));
			this.most.put(gate, most);
			this.mostNow.put(gate, most);
			this.least.put(gate, later(spent(this.least, pace, gate, request), start).plus(pace.interval()));
			started(gate, pace, start);
		}
	}

	private void started(Gate gate, Pace pace, Instant start) {
		List<Instant> all = this.starts.computeIfAbsent(gate, (key) -> new ArrayList<>());
		all.add(start);
		all.sort(null);
		for (int first = 0; first < all.size(); first++) {
			Duration period = Duration.between(all.get(first), all.get(all.size() - 1));
			assertThat((long) all.size() - first).isLessThanOrEqualTo(pace.burst() + period.dividedBy(pace.interval()));
		}
	}

	// What was admitted and has not started is seen, and may be taken for what starts
	// now.
	void look(Collection<StoredTask> unstarted, AdmissionRequest request) {
		this.mostNow.clear();
		cutLeast(request);
		unstarted.stream().flatMap((task) -> paced(task, request).stream()).distinct().forEach((gate) -> {
			Pace pace = Objects.requireNonNull(request.pace(gate));
			Pace.Use use = new Pace.Use(this.most.getOrDefault(gate, Instant.EPOCH), with(gate, unstarted), 0);
			this.most.put(gate, pace.whenStarted(request.now(), use));
		});
	}

	// Whether a gate may let nothing pass because of its rate. What waits for other
	// limits, too, may have passed it.
	boolean isUsedUp(Gate gate, Collection<StoredTask> unstarted, Collection<StoredTask> held,
			AdmissionRequest request) {
		Pace pace = request.pace(gate);
		if (pace == null || isClosed(gate, request.now())) {
			return isClosed(gate, request.now());
		}
		boolean mayBeUnderWay = isClosed(new Gate(gate.limit(), null), request.now());
		long passed = with(gate, held.stream().filter((task) -> mayBeUnderWay || Gate.of(task).size() > 2).toList());
		Pace.Use use = new Pace.Use(spent(this.most, pace, gate, request), with(gate, unstarted), passed);
		return pace.room(request.now(), request.ahead(), use) == 0;
	}

	// Another clock may have said what was used up; then it is cut, at the latest when a
	// task is admitted.
	private Instant spent(Map<Gate, Instant> times, Pace pace, Gate gate, AdmissionRequest request) {
		return pace.atMost(times.getOrDefault(gate, Instant.EPOCH), request.now(), request.ahead());
	}

	private void cutLeast(AdmissionRequest request) {
		this.least.replaceAll((gate, until) -> {
			Instant most = spent(this.least, Objects.requireNonNull(request.pace(gate)), gate, request);
			if (most.isBefore(until)) {
				this.starts.remove(gate);
			}
			return most;
		});
	}

	private static List<Gate> paced(StoredTask task, AdmissionRequest request) {
		return Gate.of(task).stream().filter((gate) -> request.pace(gate) != null).toList();
	}

	private static long with(Gate gate, Collection<StoredTask> tasks) {
		return tasks.stream().filter((task) -> Gate.of(task).contains(gate)).count();
	}

	private static Instant later(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

}
