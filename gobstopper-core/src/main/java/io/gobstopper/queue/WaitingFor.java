package io.gobstopper.queue;

import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.HeldPlace;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;

/**
 * Says why a task is held.
 */
final class WaitingFor {

	private static final int FIRST_TEEN = 11;

	private static final int LAST_TEEN = 13;

	private WaitingFor() {
	}

	// Its limits, of which one has no room, or nothing if it is not held.
	static @Nullable String text(StoredTask task) {
		if (!task.isHeld()) {
			return null;
		}
		return TaskHeaders.limits(task.details().headers())
			.entrySet()
			.stream()
			.map((limit) -> "limit " + new Gate(limit.getKey(), limit.getValue().isEmpty() ? null : limit.getValue()))
			.sorted()
			.collect(Collectors.joining(" or "));
	}

	static String text(HeldPlace place) {
		Gate gate = place.gate();
		return "limit %s, %d%s of %d".formatted("".equals(gate.key()) ? gate.limit() : gate, place.place(),
				suffix(place.place()), place.waiting());
	}

	private static String suffix(long number) {
		long lastTwo = number % 100;
		if (lastTwo >= FIRST_TEEN && lastTwo <= LAST_TEEN) {
			return "th";
		}
		return switch ((int) (number % 10)) {
			case 1 -> "st";
			case 2 -> "nd";
			case 3 -> "rd";
			default -> "th";
		};
	}

}
