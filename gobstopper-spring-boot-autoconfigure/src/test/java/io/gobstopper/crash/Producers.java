package io.gobstopper.crash;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskRequest;
import io.gobstopper.crash.Ledger.Event;
import io.gobstopper.error.TaskQueueClosedException;

/**
 * Threads that enqueue tasks and write down those that were acknowledged.
 */
final class Producers {

	private static final int THREADS = 3;

	private static final int KEYS = 40;

	private static final int LIMITED_KEYS = 5;

	private final TaskQueueService queue;

	private final Ledger ledger;

	private final int process;

	Producers(TaskQueueService queue, Ledger ledger, int process) {
		this.queue = queue;
		this.ledger = ledger;
		this.process = process;
	}

	void start() {
		this.queue.enqueueAll(Collections.nCopies(RecordedHandlers.PACE, TaskRequest.of("paced")));
		for (int number = 0; number < THREADS; number++) {
			Random random = new Random(this.process * 31L + number);
			UniqueCalls unique = new UniqueCalls(this.queue, this.ledger, this.process, number);
			Thread thread = new Thread(() -> produce(random, unique), "producer-" + number);
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void produce(Random random, UniqueCalls unique) {
		try {
			while (true) {
				LockSupport.parkNanos(random.nextInt(8_000_000));
				switch (random.nextInt(6)) {
					case 0 -> enqueueMany(random);
					case 3 -> enqueueLimited(random);
					case 1 -> enqueueWithKey(random);
					case 2 -> unique.call(random);
					default -> enqueueOne(random);
				}
			}
		}
		catch (TaskQueueClosedException ex) {
			this.ledger.write(Event.CLOSED, "-");
		}
	}

	private void enqueueMany(Random random) {
		TaskRequest request = TaskRequest.of("quick").args(random.nextInt());
		List<EnqueueResult> results = this.queue.enqueueAll(Collections.nCopies(random.nextInt(1, 400), request));
		results.forEach((result) -> this.ledger.write(Event.ACKNOWLEDGED, result.id()));
	}

	private void enqueueLimited(Random random) {
		List<TaskRequest> requests = IntStream.range(0, random.nextInt(1, 6))
			.mapToObj((number) -> TaskRequest.of("limited")
				.args("key-" + random.nextInt(LIMITED_KEYS), random.nextInt(10) / 8))
			.toList();
		this.queue.enqueueAll(requests).forEach((result) -> this.ledger.write(Event.ACKNOWLEDGED, result.id()));
	}

	// The keys of the process before are used again, as a caller does who got no answer.
	private void enqueueWithKey(Random random) {
		String key = "%d/%d".formatted(this.process - random.nextInt(2), random.nextInt(KEYS));
		EnqueueResult result = this.queue.enqueue(TaskRequest.of("quick").args(1).idempotencyKey(key));
		this.ledger.write(Event.ACKNOWLEDGED, result.id(), key);
	}

	private void enqueueOne(Random random) {
		TaskRequest request = switch (random.nextInt(32)) {
			case 0 -> TaskRequest.of("slow").args(random.nextInt(10, 200));
			case 1, 2 -> TaskRequest.of("flaky").args(random.nextInt(3));
			default -> TaskRequest.of("quick").args(random.nextInt());
		};
		List<TaskPriority> priorities = List.of(TaskPriority.values());
		request = request.priority(priorities.get(random.nextInt(priorities.size())));
		this.ledger.write(Event.ACKNOWLEDGED, this.queue.enqueue(request).id());
	}

}
