package io.gobstopper.crash;

import java.time.Duration;
import java.util.Random;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.crash.Ledger.Event;
import io.gobstopper.limit.UniqueUntil;

/**
 * What one thread enqueues with unique keys, which no other thread uses. It writes down
 * each call before and after it is made.
 */
final class UniqueCalls {

	static final String START = "start";

	static final String END = "end";

	static final String DEBOUNCE = "debounce";

	private static final int KEYS = 3;

	private static final int MOST_OF_A_PROCESS = 1_000_000;

	private final TaskQueueService queue;

	private final Ledger ledger;

	private final int thread;

	private long calls;

	UniqueCalls(TaskQueueService queue, Ledger ledger, int process, int thread) {
		this.queue = queue;
		this.ledger = ledger;
		this.thread = thread;
		this.calls = (long) process * MOST_OF_A_PROCESS;
	}

	void call(Random random) {
		int kind = random.nextInt(3);
		String key = "%s/%d/%d".formatted((kind != 0) ? (kind != 1) ? DEBOUNCE : END : START, this.thread,
				random.nextInt(KEYS));
		for (int i = 0; i <= random.nextInt(3); i++) {
			call(kind, key, random);
		}
	}

	private void call(int kind, String key, Random random) {
		String call = Long.toString(++this.calls);
		TaskRequest request = TaskRequest.of("unique").args(key, call);
		TaskRequest unique = switch (kind) {
			case 0 -> request.unique(key, UniqueUntil.START);
			case 1 -> request.unique(key, UniqueUntil.END);
			default -> request.debounce(key, Duration.ofMillis(random.nextInt(1, 20)), Duration.ofMillis(50));
		};
		this.ledger.write(Event.CALLED, call, key);
		EnqueueResult result = this.queue.enqueue(unique);
		this.ledger.write(Event.ANSWERED, call, key);
		this.ledger.write(Event.ACKNOWLEDGED, result.id());
	}

}
