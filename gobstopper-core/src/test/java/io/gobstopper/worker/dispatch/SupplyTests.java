package io.gobstopper.worker.dispatch;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.LastChances;
import io.gobstopper.store.task.AttemptCounts;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskOutcome;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Supply}: what happened, and what the database may hold then.
 */
class SupplyTests {

	private static final int SLOTS = 2;

	private static final int LIMIT = 5;

	private static final int MANY_CRASHES = 2;

	private Supply supply = Supply.unknown();

	// new: nothing is known yet. none: it is known that there is nothing. empty: the
	// database had nothing. told, left, urgent: and
	// then someone said there is work, or an insert left some, less or more urgent.
	@ParameterizedTest
	@CsvSource({ //
			"new,                                true,  false", //
			"none,                               false, false", //
			"none left,                          true,  false", //
			"none urgent,                        true,  true", //
			"none told,                          true,  true", //
			"none told slots,                    true,  true", //
			"none left slots,                    false, false", //
			"new empty,                          false, false", //
			"new told,                           true,  true", //
			"new left,                           true,  false", //
			"new urgent,                         true,  true", //
			"new empty told,                     true,  true", //
			"new empty left,                     true,  false", //
			"new empty urgent,                   true,  true", //
			"new empty left empty,               false, false", //
			// As many as were asked for: there may be more.
			"new full,                           true,  false", //
			"new empty told full,                true,  true", //
			// Fewer than the limit, as many as the slots: what crashed is only taken for
			// the
			// slots, so there may be more of that; not once it is known that nothing
			// crashed.
			"new slots,                          true,  false", //
			"new fewer,                          false, false", //
			"new empty left slots,               false, false", //
			"new empty left crashed,             true,  false", //
			"new empty left crashed fewer,       false, false", //
			// What was said while the database was asked may have come too late.
			"new asked told answered-empty,      true,  true", //
			"new asked told answered-empty empty, false, true", //
			"new asked left answered-empty,      false, false", //
			// A claim of what is more urgent says nothing of the rest.
			"new urgent urgent-empty,            true,  false", //
			"new urgent urgent-full,             true,  true", //
			"new told urgent-empty,              true,  false", //
			// Some were there and had to wait for their turn.
			"new passed-over,                    true,  false" })
	void supplyAfter(String events, boolean tasks, boolean urgentTasks) {
		for (String event : events.split(" ", -1)) {
			happens(event);
		}
		assertThat(this.supply.mayHaveTasks()).isEqualTo(tasks);
		assertThat(this.supply.mayHaveUrgentTasks()).isEqualTo(urgentTasks);
	}

	private void happens(String event) {
		switch (event) {
			case "new" -> {
			}
			case "none" -> {
				this.supply = Supply.empty();
			}
			case "told" -> this.supply.told();
			case "left" -> this.supply.left(false);
			case "urgent" -> this.supply.left(true);
			case "asked" -> this.supply.asked();
			case "answered-empty" -> answered(0, 0, 0);
			case "empty" -> claimed(0, 0, 0);
			case "fewer" -> claimed(SLOTS - 1, 0, 0);
			case "slots" -> claimed(SLOTS, 0, 0);
			case "full" -> claimed(LIMIT, 0, 0);
			case "crashed" -> claimed(SLOTS, 1, 0);
			case "urgent-empty" -> claimed(0, 0, TaskPriority.NORMAL.level());
			case "urgent-full" -> claimed(LIMIT, 0, TaskPriority.NORMAL.level());
			case "passed-over" -> claimed(1, MANY_CRASHES, 0);
			default -> throw new IllegalArgumentException(event);
		}
	}

	private void claimed(int count, int crashes, int abovePriority) {
		this.supply.asked();
		answered(count, crashes, abovePriority);
	}

	private void answered(int count, int crashes, int abovePriority) {
		ClaimRequest request = new ClaimRequest("default", List.of("email"), SLOTS, LIMIT, abovePriority,
				new LastChances(MANY_CRASHES, 1), new Lease("node#1", Instant.EPOCH, Instant.EPOCH), false);
		boolean passedOver = this.supply.answered(request, Collections.nCopies(count, task(crashes)));
		assertThat(passedOver).isEqualTo(crashes == MANY_CRASHES);
	}

	private static StoredTask task(int crashes) {
		return new StoredTask(1,
				new TaskDetails(new UUID(0, 1), "email", "default", TaskPriority.NORMAL, "[]", "{}", Instant.EPOCH, 0,
						null, null),
				new TaskState(TaskStatus.PENDING, Instant.EPOCH, null, new AttemptCounts(0, 0, crashes),
						TaskProgress.NONE, null, TaskOutcome.NONE, false));
	}

}
