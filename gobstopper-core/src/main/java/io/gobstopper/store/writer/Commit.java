package io.gobstopper.store.writer;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.Claimant;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.limit.Admission;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;

/**
 * One transaction of the group commit and what follows from it. Attempts end first, so
 * that tasks given back can be claimed, and claims come last, so that new tasks can.
 */
final class Commit {

	private static final Log logger = LogFactory.getLog(Commit.class);

	private static final int MOST_ROUNDS = 10;

	private final TaskWrites writes;

	private final @Nullable Claimant claimant;

	private final Clock clock;

	private final List<PendingWrite.Operation.Applied> operations = new ArrayList<>();

	private final List<PendingWrite.Insert> inserts = new ArrayList<>();

	private final List<PendingWrite.Settle> settles = new ArrayList<>();

	private final Map<ClaimRequest, List<StoredTask>> claims = new LinkedHashMap<>();

	private List<InsertedTask> inserted = List.of();

	private List<Settlement> settlements = List.of();

	private Set<Fence> settled = Set.of();

	private Admission admission = Admission.NONE;

	Commit(TaskWrites writes, @Nullable Claimant claimant, Clock clock) {
		this.writes = writes;
		this.claimant = claimant;
		this.clock = clock;
	}

	int apply(List<PendingWrite> writes) {
		for (PendingWrite write : writes) {
			if (write instanceof PendingWrite.Insert insert) {
				this.inserts.add(insert);
			}
			else if (write instanceof PendingWrite.Settle settle) {
				this.settles.add(settle);
			}
		}
		if (!this.settles.isEmpty()) {
			this.settlements = heedCancellations(this.settles.stream().map(PendingWrite.Settle::settlement).toList());
			this.settled = this.writes.settle(this.settlements);
		}
		for (PendingWrite write : writes) {
			if (write instanceof PendingWrite.Operation<?> operation) {
				this.operations.add(operation.apply(this.writes));
			}
		}
		if (!this.inserts.isEmpty()) {
			insert();
		}
		admit();
		claim();
		return writes.size();
	}

	/**
	 * Returns whether nothing was to be written.
	 * @return whether there was neither a write nor a claim
	 */
	boolean isEmpty() {
		return this.inserts.isEmpty() && this.settles.isEmpty() && this.operations.isEmpty() && this.claims.isEmpty();
	}

	/**
	 * Hands over tasks and news, and wakes those who wait for anything but settlements.
	 * @param recipient who gets the news
	 */
	void deliver(@Nullable Claimant recipient) {
		this.operations.forEach((operation) -> tell(() -> operation.committed(recipient)));
		if (recipient != null) {
			tell(() -> recipient.inserted(tasks()));
			this.claims.forEach((request, tasks) -> tell(() -> recipient.claimed(request, tasks)));
			if (recipient == this.claimant) {
				tell(recipient::claimsCommitted);
			}
		}
		tell(this::completeInserts);
	}

	/**
	 * Tells of what is committed, and so must not be tried again, whatever happens now.
	 * What cannot be told to one keeps no other from what is theirs.
	 * @param news tells it
	 */
	static void tell(Runnable news) {
		try {
			news.run();
		}
		catch (Throwable ex) {
			logger.error("Not everyone could be told what was committed", ex);
		}
	}

	private void completeInserts() {
		int from = 0;
		for (PendingWrite.Insert insert : this.inserts) {
			int to = from + insert.tasks().size();
			insert.result().complete(List.copyOf(this.inserted.subList(from, to)));
			from = to;
		}
	}

	/**
	 * Returns how many changes there are to tell of.
	 * @return the number of tasks
	 */
	int size() {
		return this.inserted.size() + this.settles.size();
	}

	/**
	 * Tells listeners, then those who wait for settlements.
	 * @param listeners the listeners
	 */
	void announce(TaskStoreListener listeners) {
		listeners.inserted(this.inserted.stream()
			.filter(InsertedTask::isNew)
			.map(InsertedTask::task)
			.filter(Objects::nonNull)
			.toList());
		this.inserted.stream()
			.filter(InsertedTask::replaced)
			.map(InsertedTask::task)
			.filter(Objects::nonNull)
			.forEach(listeners::replaced);
		this.operations.forEach((operation) -> operation.announce(listeners));
		if (this.admission.nextAt() != null) {
			listeners.willBeDue(this.admission.nextAt());
		}
		for (int i = 0; i < this.settles.size(); i++) {
			Settlement settlement = this.settlements.get(i);
			boolean won = this.settled.contains(settlement.fence());
			if (won) {
				listeners.settled(settlement.task(), settlement.attempt());
			}
			else {
				listeners.fenced(settlement.task());
			}
			this.settles.get(i).result().complete(won);
		}
	}

	private List<StoredTask> tasks() {
		return this.inserted.stream().map(InsertedTask::task).filter(Objects::nonNull).toList();
	}

	// Whoever ended an attempt may not have heard yet that it was asked to stop.
	private List<Settlement> heedCancellations(List<Settlement> ends) {
		List<Fence> goingOn = ends.stream()
			.filter((end) -> !end.task().status().isTerminal())
			.map(Settlement::fence)
			.toList();
		Set<Fence> cancelled = goingOn.isEmpty() ? Set.of() : this.writes.cancelRequested(goingOn);
		if (cancelled.isEmpty()) {
			return ends;
		}
		Instant now = this.clock.instant();
		return ends.stream().map((end) -> cancelled.contains(end.fence()) ? end.cancelled(now) : end).toList();
	}

	private void insert() {
		List<StoredTask> tasks = this.inserts.stream().flatMap((insert) -> insert.tasks().stream()).toList();
		this.inserted = this.writes.insert((this.claimant != null) ? this.claimant.claimAtInsert(tasks) : tasks);
	}

	private void admit() {
		AdmissionRequest request = (this.claimant != null) ? this.claimant.admission() : null;
		if (this.claimant != null && request != null) {
			this.admission = this.writes.admit(request);
			for (int round = 0; round < MOST_ROUNDS && !this.admission.superseded().isEmpty(); round++) {
				giveWay(this.admission.superseded());
				this.admission = this.admission.and(this.writes.admit(request));
			}
			this.admission.tasks()
				.stream()
				.map((task) -> task.details().category())
				.distinct()
				.forEach(this.claimant::workAvailable);
		}
	}

	// Where only this process writes, so that nothing has happened to them since.
	private void giveWay(Superseded superseded) {
		Set<UUID> ids = new HashSet<>(superseded.waiting());
		ids.addAll(superseded.all());
		this.operations.add(PendingWrite.Operation
			.of((store) -> Change.cancelled(store.cancel(ids, this.clock.instant())), new CompletableFuture<>())
			.apply(this.writes));
	}

	private void claim() {
		if (this.claimant != null) {
			long lastChances = 0;
			for (ClaimRequest request : this.claimant.claims()) {
				ClaimRequest rest = request.with(request.lastChances().without(lastChances));
				List<StoredTask> claimed = this.writes.claim(rest);
				this.claims.put(rest, claimed);
				lastChances += claimed.stream().filter(rest.lastChances()::include).count();
			}
		}
	}

}
